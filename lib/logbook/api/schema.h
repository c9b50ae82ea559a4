// What a JSON value must be: one description that validates a body, normalises it, and stands in the OpenAPI
// document. Messages are the application's own (LOGBOOK.md §5, data recorded from it).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/json.h"

namespace logbook::api {

struct Property;

struct Schema {
    enum class Type { any, text, integer, decimal, boolean, list, object };
    enum class Format { none, uuid, email, date, date_time };

    Type type = Type::any;
    bool nullable = false;

    // Of a text: lengths in characters, not bytes.
    Format format = Format::none;
    size_t min_length = 0;
    std::optional<size_t> max_length;
    std::vector<std::string> one_of;

    // Of a number. A decimal's value is kept as text, as it is sent and answered ("12.50"); `places` behind
    // the point at the most, `digits` in all.
    std::optional<int64_t> minimum, maximum;
    int digits = 0, places = 0;

    // Of a list.
    std::vector<Schema> items;  // one, or none: anything
    std::optional<size_t> max_items;

    // Of an object.
    std::string name;  // in the document's components; empty: written out where it stands
    std::vector<Property> properties;
    bool closed = false;  // unknown members are refused, not left out
};

struct Property {
    std::string name;
    Schema schema;
    bool required = false;
};

LOGBOOK_EXPORT Schema text_schema(size_t min_length = 0, std::optional<size_t> max_length = std::nullopt);
LOGBOOK_EXPORT Schema uuid_schema();
LOGBOOK_EXPORT Schema email_schema();
LOGBOOK_EXPORT Schema date_schema();
LOGBOOK_EXPORT Schema time_schema();
LOGBOOK_EXPORT Schema word_schema(std::vector<std::string> one_of);
LOGBOOK_EXPORT Schema integer_schema(std::optional<int64_t> minimum = std::nullopt,
                                     std::optional<int64_t> maximum = std::nullopt);
LOGBOOK_EXPORT Schema decimal_schema(int digits, int places, std::optional<int64_t> minimum = std::nullopt);
LOGBOOK_EXPORT Schema boolean_schema();
LOGBOOK_EXPORT Schema list_schema(Schema item, std::optional<size_t> max_items = std::nullopt);
LOGBOOK_EXPORT Schema object_schema(std::string name, std::vector<Property> properties, bool closed = false);
LOGBOOK_EXPORT Schema nullable(Schema schema);

struct FieldError {
    std::string field;  // "emergency_contacts.0.name"
    std::string message;

    friend bool operator==(const FieldError&, const FieldError&) = default;
};

// The value as its reader wants it: unknown members left out, numbers that were sent as text made numbers.
// `errors` gets everything that is wrong, at most 100. Pure.
LOGBOOK_EXPORT Json validated(const Schema& schema, const Json& value, std::vector<FieldError>& errors);

// JSON Schema (2020-12) as OpenAPI 3.1 takes it. A named object becomes a reference, and is added to
// `components`.
LOGBOOK_EXPORT Json to_json_schema(const Schema& schema, Json& components);

}  // namespace logbook::api
