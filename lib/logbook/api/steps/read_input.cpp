// From text to validated values.
#include "logbook/api/steps/read_input.h"

#include <algorithm>
#include <charconv>

#include "logbook/api/errors.h"
#include "logbook/api/query.h"
#include "logbook/api/route.h"
#include "logbook/base/text.h"

namespace logbook::api {
namespace {

void read_path(Call& call, std::vector<FieldError>& errors) {
    const Schema id = uuid_schema();
    for (const PathParam& param : call.route->params) {
        if (!param.is_id) continue;
        for (auto& [name, value] : call.params) {
            if (name != param.name) continue;
            std::vector<FieldError> wrong;
            const Json read = validated(id, value, wrong);
            for (const FieldError& error : wrong) errors.push_back({"path." + name, error.message});
            if (const std::string* text = read.as_string()) value = *text;
        }
    }
}

// A flag of a query is a word.
Json from_text(const Schema& schema, std::string_view text) {
    if (schema.type != Schema::Type::boolean) return text;
    const std::string word = lower(text);
    for (const char* yes : {"true", "1", "yes", "on", "t", "y"})
        if (word == yes) return true;
    for (const char* no : {"false", "0", "no", "off", "f", "n"})
        if (word == no) return false;
    return text;
}

void read_query(Call& call, std::vector<FieldError>& errors) {
    call.query = Json::object();
    if (call.route->query.empty()) return;
    const auto query = parse_query(call.request.target);
    if (!query) {
        errors.push_back({"query", "Invalid value."});
        return;
    }
    for (const QueryParam& param : call.route->query) {
        const auto text = query_value(*query, param.name);
        if (!text) {
            if (param.required) errors.push_back({"query." + param.name, "This field is required."});
            continue;
        }
        std::vector<FieldError> wrong;
        Json value = validated(param.schema, from_text(param.schema, *text), wrong);
        for (const FieldError& error : wrong) errors.push_back({"query." + param.name, error.message});
        call.query.set(param.name, std::move(value));
    }
}

bool is_json(const Request& request) {
    const auto type = request.headers.get("Content-Type");
    if (!type) return false;
    const std::string name = lower(trim(type->substr(0, type->find(';'))));
    return name == "application/json" ||
           (name.rfind("application/", 0) == 0 && name.size() > 5 && name.substr(name.size() - 5) == "+json");
}

// The byte at which the text stops being JSON stands in the parser's words.
std::string offset_of(const Error& error) {
    const size_t digits = error.what.find_first_of("0123456789");
    if (digits == std::string::npos) return "0";
    return error.what.substr(digits, error.what.find_first_not_of("0123456789", digits) - digits);
}

void read_body(Call& call, std::vector<FieldError>& errors) {
    const std::string& text = call.request.body;
    if (!call.route->body) return;
    if (text.empty()) {
        if (call.route->body_required) errors.push_back({"body", "This field is required."});
        return;
    }
    if (!is_json(call.request)) {
        errors.push_back({"body", "Invalid value."});
        return;
    }
    const auto json = parse_json(text);
    if (!json) {
        errors.push_back({offset_of(json.error()), "Invalid value."});
        return;
    }
    call.body = validated(*call.route->body, *json, errors);
}

}  // namespace

Step read_input() {
    return {"read_input", [](Call& call, const Next& next) {
                if (!call.route) return next(call);
                std::vector<FieldError> errors;
                read_path(call, errors);
                read_query(call, errors);
                read_body(call, errors);
                return errors.empty() ? next(call) : invalid_reply(errors);
            }};
}

}  // namespace logbook::api
