// Values held against their descriptions.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "logbook/api/schema.h"
#include "logbook/base/clock.h"
#include "logbook/base/text.h"

namespace logbook::api {
namespace {

constexpr size_t most_errors = 100;

size_t characters(std::string_view utf8) {
    return size_t(std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_uuid(std::string_view text) {
    constexpr std::string_view shape = "00000000-0000-0000-0000-000000000000";
    return text.size() == shape.size() &&
           std::equal(text.begin(), text.end(), shape.begin(), [](char c, char at) {
               const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
               return at == '-' ? c == '-' : digit;
           });
}

// The common form, as the application's checker wants it: a local part of printable ASCII, and a domain of at
// least two labels that is not reserved (RFC 6761).
bool is_email(std::string_view text) {
    const size_t at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
    const std::string_view local = text.substr(0, at), domain = text.substr(at + 1);
    const bool local_well = std::all_of(local.begin(), local.end(), [](unsigned char c) {
        return c > 0x20 && c < 0x7F &&
               std::string_view("()<>[]:;@\\,\"").find(char(c)) == std::string_view::npos;
    });
    if (!local_well || local.front() == '.' || local.back() == '.' || contains(local, "..")) return false;
    const std::vector<std::string> labels = split(domain, '.');
    if (labels.size() < 2) return false;
    for (const std::string& label : labels) {
        const bool well = std::all_of(label.begin(), label.end(), [](unsigned char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        });
        if (!well || label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
            return false;
    }
    const std::string top = lower(labels.back());
    constexpr std::string_view reserved[] = {"local", "test", "invalid", "localhost"};
    return top.size() >= 2 && std::find(std::begin(reserved), std::end(reserved), top) == std::end(reserved);
}

// RFC 3339 has a year 0000; the application's calendar and the database's begin with 0001.
bool has_year(std::string_view text) {
    return text.substr(0, 4) != "0000";
}

bool is_date(std::string_view text) {
    return text.size() == 10 && has_year(text) && parse_iso8601(text).has_value();
}

// With `Z`, `+00:00` or nothing behind it: taken as UTC.
bool is_time(std::string_view text) {
    constexpr std::string_view zero = "+00:00";
    if (text.size() > zero.size() && text.substr(text.size() - zero.size()) == zero)
        text.remove_suffix(zero.size());
    return has_year(text) && parse_iso8601(text).has_value();
}

std::string expected_one_of(const std::vector<std::string>& words) {
    std::string text;
    for (size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += "'" + words[i] + "'";
    }
    return "Invalid value. Expected one of: " + text;
}

class Validator {
  public:
    explicit Validator(std::vector<FieldError>& errors) : errors_(errors) {}

    Json check(const Schema& schema, const Json& value, const std::string& at) {
        if (value.is_null()) {
            if (!schema.nullable && schema.type != Schema::Type::any) wrong(at, "Invalid value.");
            return value;
        }
        switch (schema.type) {
        case Schema::Type::any:
            return value;
        case Schema::Type::text:
            return text(schema, value, at);
        case Schema::Type::integer:
            return integer(schema, value, at);
        case Schema::Type::decimal:
            return decimal(schema, value, at);
        case Schema::Type::boolean:
            return value.as_bool() ? value : wrong(at, "Expected true or false.");
        case Schema::Type::list:
            return list(schema, value, at);
        case Schema::Type::object:
            return object(schema, value, at);
        }
        return value;
    }

  private:
    Json wrong(const std::string& at, std::string message) {
        if (errors_.size() < most_errors) errors_.push_back({at, std::move(message)});
        return {};
    }

    Json text(const Schema& schema, const Json& value, const std::string& at) {
        const std::string* text = value.as_string();
        if (!text) return wrong(at, "Invalid value.");
        if (!schema.one_of.empty() &&
            std::find(schema.one_of.begin(), schema.one_of.end(), *text) == schema.one_of.end())
            return wrong(at, expected_one_of(schema.one_of));
        const size_t length = characters(*text);
        if (length < schema.min_length) return wrong(at, "Value is too short.");
        if (schema.max_length && length > *schema.max_length) return wrong(at, "Value is too long.");
        switch (schema.format) {
        case Schema::Format::none:
            return value;
        case Schema::Format::uuid:
            return is_uuid(*text) ? Json(lower(*text)) : wrong(at, "Invalid ID format.");
        case Schema::Format::email:
            return is_email(*text) ? value : wrong(at, "Invalid email address.");
        case Schema::Format::date:
            return is_date(*text) ? value : wrong(at, "Invalid date.");
        case Schema::Format::date_time:
            return is_time(*text) ? value : wrong(at, "Invalid date and time.");
        }
        return value;
    }

    Json integer(const Schema& schema, const Json& value, const std::string& at) {
        int64_t number = 0;
        if (const int64_t* whole = value.as_int()) {
            number = *whole;
        } else if (const double* real = value.as_double()) {
            if (*real != std::floor(*real) || std::abs(*real) > 9e15) return wrong(at, "Expected a number.");
            number = int64_t(*real);
        } else if (const std::string* text = value.as_string()) {
            const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
            if (text->empty() || read.ec != std::errc() || read.ptr != text->data() + text->size())
                return wrong(at, "Expected a number.");
        } else {
            return wrong(at, "Expected a number.");
        }
        if ((schema.minimum && number < *schema.minimum) || (schema.maximum && number > *schema.maximum))
            return wrong(at, "Value is out of the allowed range.");
        return number;
    }

    Json decimal(const Schema& schema, const Json& value, const std::string& at) {
        std::string text;
        if (const std::string* given = value.as_string())
            text = *given;
        else if (value.as_int() || value.as_double())
            text = value.dump();
        const size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
        const size_t point = std::min(text.find('.'), text.size());
        const std::string_view whole = std::string_view(text).substr(sign, point - sign);
        const std::string_view rest = point < text.size() ? std::string_view(text).substr(point + 1) : "";
        const auto digits = [](std::string_view part) {
            return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
        };
        if (whole.empty() || !digits(whole) || !digits(rest) || (point < text.size() && rest.empty()))
            return wrong(at, "Expected a number.");
        if (schema.minimum && sign == 1 && *schema.minimum >= 0 &&
            text.find_first_of("123456789") != std::string::npos)
            return wrong(at, "Value is out of the allowed range.");
        if (whole.size() > size_t(schema.digits - schema.places) || rest.size() > size_t(schema.places))
            return wrong(at, "Value is out of the allowed range.");
        return text;
    }

    Json list(const Schema& schema, const Json& value, const std::string& at) {
        const Json::Array* items = value.as_array();
        if (!items) return wrong(at, "Expected a list.");
        if (schema.max_items && items->size() > *schema.max_items) return wrong(at, "Value is too long.");
        if (schema.items.empty()) return value;
        Json::Array result;
        for (size_t i = 0; i < items->size(); ++i)
            result.push_back(check(schema.items.front(), (*items)[i], below(at, std::to_string(i))));
        return result;
    }

    Json object(const Schema& schema, const Json& value, const std::string& at) {
        if (!value.as_object()) return wrong(at, "Invalid value.");
        if (schema.properties.empty()) return value;  // any members
        Json result = Json::object();
        for (const Property& property : schema.properties) {
            const Json* member = value.find(property.name);
            if (member)
                result.set(property.name, check(property.schema, *member, below(at, property.name)));
            else if (property.required)
                wrong(below(at, property.name), "This field is required.");
        }
        if (schema.closed)
            for (const auto& [name, member] : *value.as_object())
                if (!known(schema, name)) wrong(below(at, printable(name, 60)), "Invalid value.");
        return result;
    }

    static bool known(const Schema& schema, const std::string& name) {
        return std::any_of(schema.properties.begin(), schema.properties.end(),
                           [&](const Property& property) { return property.name == name; });
    }
    static std::string below(const std::string& at, const std::string& name) {
        return at.empty() ? name : at + "." + name;
    }

    std::vector<FieldError>& errors_;
};

}  // namespace

Json validated(const Schema& schema, const Json& value, std::vector<FieldError>& errors) {
    return Validator(errors).check(schema, value, "");
}

}  // namespace logbook::api
