// JSON: Boost.JSON's incremental parser feeds our value; its serialiser writes the strings.
#include "logbook/base/json.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>
#include <climits>
#include <cmath>
#include <fmt/format.h>
#include <unordered_set>

#include "logbook/base/text.h"

namespace logbook {
namespace {

// The handler that Boost.JSON's basic_parser calls; it builds the tree on a stack and watches for repeated
// keys.
struct TreeBuilder {
    static constexpr size_t max_object_size = SIZE_MAX;
    static constexpr size_t max_array_size = SIZE_MAX;
    static constexpr size_t max_key_size = SIZE_MAX;
    static constexpr size_t max_string_size = SIZE_MAX;
    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    // An array or object whose end has not been seen yet.
    struct Level {
        bool is_object = false;
        Json::Array items;
        Json::Object members;
        std::unordered_set<std::string> keys;  // of `members`: a scan would make a hostile body quadratic
    };

    std::vector<Level> open;
    Json root;
    std::string partial;
    std::string duplicate;

    void put(Json value) {
        if (open.empty())
            root = std::move(value);
        else if (open.back().is_object)
            open.back().members.back().second = std::move(value);
        else
            open.back().items.push_back(std::move(value));
    }
    void close() {
        Level level = std::move(open.back());
        open.pop_back();
        put(level.is_object ? Json(std::move(level.members)) : Json(std::move(level.items)));
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return open.emplace_back().is_object = true; }
    bool on_object_end(size_t, error_code&) { return close(), true; }
    bool on_array_begin(error_code&) { return open.emplace_back(), true; }
    bool on_array_end(size_t, error_code&) { return close(), true; }
    bool on_key_part(string_view text, size_t, error_code&) {
        return partial.append(text.data(), text.size()), true;
    }
    bool on_key(string_view text, size_t, error_code& ec) {
        partial.append(text.data(), text.size());
        if (!open.back().keys.insert(partial).second) {
            duplicate = partial;
            ec = boost::json::error::syntax;
            return false;
        }
        open.back().members.emplace_back(std::exchange(partial, {}), Json());
        return true;
    }
    bool on_string_part(string_view text, size_t, error_code&) {
        return partial.append(text.data(), text.size()), true;
    }
    bool on_string(string_view text, size_t, error_code&) {
        partial.append(text.data(), text.size());
        return put(Json(std::exchange(partial, {}))), true;
    }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_int64(int64_t value, string_view, error_code&) { return put(Json(value)), true; }
    bool on_uint64(uint64_t value, string_view, error_code&) { return put(Json(value)), true; }
    bool on_double(double value, string_view, error_code&) { return put(Json(value)), true; }
    bool on_bool(bool value, error_code&) { return put(Json(value)), true; }
    bool on_null(error_code&) { return put(Json()), true; }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }
};

std::string json_quoted(std::string_view text) {
    if (valid_utf8(text)) return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
    // printable() also folds line feeds, so broken text is shown as one line; nothing of use is lost by that.
    const std::string mended = printable(text, SIZE_MAX);
    return boost::json::serialize(boost::json::string_view(mended.data(), mended.size()));
}

// indent < 0: one line.
void write(const Json& json, std::string& out, int indent) {
    const auto line = [&](int level) {
        if (indent >= 0) out.append("\n").append(size_t(level) * 2, ' ');
    };
    const int inner = indent < 0 ? indent : indent + 1;
    if (const bool* b = json.as_bool()) {
        out += *b ? "true" : "false";
    } else if (const int64_t* number = json.as_int()) {
        out += std::to_string(*number);
    } else if (const double* d = json.as_double()) {
        out += std::isfinite(*d) ? fmt::format("{}", *d) : "null";
    } else if (const std::string* s = json.as_string()) {
        out += json_quoted(*s);
    } else if (const Json::Array* items = json.as_array()) {
        out += '[';
        for (size_t i = 0; i < items->size(); ++i) {
            if (i > 0) out += ',';
            line(inner);
            write((*items)[i], out, inner);
        }
        if (!items->empty()) line(indent);
        out += ']';
    } else if (const Json::Object* members = json.as_object()) {
        out += '{';
        for (size_t i = 0; i < members->size(); ++i) {
            if (i > 0) out += ',';
            line(inner);
            out += json_quoted((*members)[i].first);
            out += indent < 0 ? ":" : ": ";
            write((*members)[i].second, out, inner);
        }
        if (!members->empty()) line(indent);
        out += '}';
    } else {
        out += "null";
    }
}

}  // namespace

Json::Json(uint64_t value) {
    if (value <= uint64_t(INT64_MAX))
        value_ = int64_t(value);
    else
        value_ = double(value);
}

Json Json::object(std::initializer_list<Member> members) {
    Json json;
    json.value_ = Object(members);
    return json;
}

Json Json::array(const std::vector<std::string>& texts) {
    Array items;
    items.reserve(texts.size());
    for (const std::string& text : texts) items.emplace_back(text);
    return Json(std::move(items));
}

const Json* Json::find(std::string_view key) const {
    const Object* members = as_object();
    if (!members) return nullptr;
    const auto at =
        std::find_if(members->begin(), members->end(), [&](const Member& m) { return m.first == key; });
    return at == members->end() ? nullptr : &at->second;
}

std::string_view Json::text(std::string_view key) const {
    const Json* member = find(key);
    const std::string* text = member ? member->as_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

Json& Json::set(std::string key, Json value) {
    if (!as_object()) value_ = Object{};
    for (Member& member : std::get<Object>(value_))
        if (member.first == key) {
            member.second = std::move(value);
            return *this;
        }
    std::get<Object>(value_).emplace_back(std::move(key), std::move(value));
    return *this;
}

Json& Json::push(Json value) {
    if (!as_array()) value_ = Array{};
    std::get<Array>(value_).push_back(std::move(value));
    return *this;
}

std::string Json::dump() const {
    std::string out;
    write(*this, out, -1);
    return out;
}

std::string Json::dump_pretty() const {
    std::string out;
    write(*this, out, 0);
    return out;
}

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes)
        return fail(ErrorCode::too_large, fmt::format("the JSON text has {} bytes; {} are read at the most",
                                                      text.size(), limits.bytes));
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    boost::json::basic_parser<TreeBuilder> parser(options);
    boost::json::error_code error;
    const size_t read = parser.write_some(false, text.data(), text.size(), error);
    TreeBuilder& built = parser.handler();
    if (!built.duplicate.empty())
        return fail(ErrorCode::protocol,
                    fmt::format("the JSON object repeats the key `{}`", printable(built.duplicate, 60)));
    if (!error && trim(text.substr(read)).empty() && parser.done()) return std::move(built.root);
    if (error == boost::json::error::too_deep)
        return fail(ErrorCode::too_large,
                    fmt::format("the JSON text nests deeper than {} levels", limits.depth));
    return fail(ErrorCode::protocol,
                fmt::format("not JSON: {} at byte {}",
                            error ? error.message() : std::string("something follows"), read));
}

}  // namespace logbook
