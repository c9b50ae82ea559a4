// JSON as a small value, so that no vendor type stands in a public header. Parsing is strict (RFC 8259) and
// bounded, and refuses duplicate keys: two readers of one document must never see two different values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "logbook/base/result.h"

namespace logbook {

// A value type. Objects keep the order of their members.
class LOGBOOK_EXPORT Json {
  public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;  // null
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(int value) : value_(int64_t(value)) {}
    Json(int64_t value) : value_(value) {}
    Json(uint64_t value);  // above INT64_MAX it becomes a double
    Json(double value) : value_(value) {}
    Json(const char* text) : value_(std::string(text)) {}
    Json(std::string text) : value_(std::move(text)) {}
    Json(std::string_view text) : value_(std::string(text)) {}
    Json(Array items) : value_(std::move(items)) {}
    Json(Object members) : value_(std::move(members)) {}
    static Json object(std::initializer_list<Member> members = {});
    static Json array(const std::vector<std::string>& texts);

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
    const bool* as_bool() const { return std::get_if<bool>(&value_); }
    const int64_t* as_int() const { return std::get_if<int64_t>(&value_); }
    const double* as_double() const { return std::get_if<double>(&value_); }
    const std::string* as_string() const { return std::get_if<std::string>(&value_); }
    const Array* as_array() const { return std::get_if<Array>(&value_); }
    const Object* as_object() const { return std::get_if<Object>(&value_); }

    // A member of an object; nullptr when there is none, or this is no object.
    const Json* find(std::string_view key) const;
    // The text of a member that is a string; empty otherwise.
    std::string_view text(std::string_view key) const;

    // Building. `set` makes an object of a null and replaces a member of that name; `push` makes an array of
    // a null.
    Json& set(std::string key, Json value);
    Json& push(Json value);

    // One line. Text that is not UTF-8 is made so (U+FFFD), since JSON can carry nothing else.
    std::string dump() const;
    std::string dump_pretty() const;  // two blanks a level

    friend bool operator==(const Json& a, const Json& b) { return a.value_ == b.value_; }

  private:
    std::variant<std::nullptr_t, bool, int64_t, double, std::string, Array, Object> value_{nullptr};
};

struct JsonLimits {
    size_t bytes = 1 << 20;
    size_t depth = 32;
};

// Fails with `too_large` past a limit, else `protocol`, naming the byte offset.
LOGBOOK_EXPORT Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

}  // namespace logbook
