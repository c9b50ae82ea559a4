// Descriptions of values, and what they say in a document.
#include "logbook/api/schema.h"

namespace logbook::api {
namespace {

Schema of(Schema::Type type) {
    Schema schema;
    schema.type = type;
    return schema;
}

Schema of(Schema::Format format) {
    Schema schema = of(Schema::Type::text);
    schema.format = format;
    return schema;
}

const char* word_of(Schema::Type type) {
    switch (type) {
    case Schema::Type::any:
        return "";
    case Schema::Type::text:
    case Schema::Type::decimal:
        return "string";
    case Schema::Type::integer:
        return "integer";
    case Schema::Type::boolean:
        return "boolean";
    case Schema::Type::list:
        return "array";
    case Schema::Type::object:
        return "object";
    }
    return "";
}

const char* word_of(Schema::Format format) {
    switch (format) {
    case Schema::Format::none:
        return "";
    case Schema::Format::uuid:
        return "uuid";
    case Schema::Format::email:
        return "email";
    case Schema::Format::date:
        return "date";
    case Schema::Format::date_time:
        return "date-time";
    }
    return "";
}

Json object_document(const Schema& schema, Json& components) {
    Json properties = Json::object(), required;
    for (const Property& property : schema.properties) {
        properties.set(property.name, to_json_schema(property.schema, components));
        if (property.required) required.push(property.name);
    }
    Json document = Json::object({{"type", "object"}, {"properties", std::move(properties)}});
    if (required.as_array()) document.set("required", std::move(required));
    if (schema.closed) document.set("additionalProperties", false);
    return document;
}

Json plain_document(const Schema& schema, Json& components) {
    Json document = Json::object();
    if (const std::string type = word_of(schema.type); !type.empty()) document.set("type", type);
    if (const std::string format = word_of(schema.format); !format.empty()) document.set("format", format);
    if (schema.min_length > 0) document.set("minLength", int64_t(schema.min_length));
    if (schema.max_length) document.set("maxLength", int64_t(*schema.max_length));
    if (!schema.one_of.empty()) document.set("enum", Json::array(schema.one_of));
    if (schema.type == Schema::Type::decimal) document.set("pattern", R"(^-?\d+(\.\d+)?$)");
    if (schema.type == Schema::Type::integer && schema.minimum) document.set("minimum", *schema.minimum);
    if (schema.type == Schema::Type::integer && schema.maximum) document.set("maximum", *schema.maximum);
    if (!schema.items.empty()) document.set("items", to_json_schema(schema.items.front(), components));
    if (schema.max_items) document.set("maxItems", int64_t(*schema.max_items));
    return document;
}

}  // namespace

Schema text_schema(size_t min_length, std::optional<size_t> max_length) {
    Schema schema = of(Schema::Type::text);
    schema.min_length = min_length;
    schema.max_length = max_length;
    return schema;
}
Schema uuid_schema() {
    return of(Schema::Format::uuid);
}
Schema email_schema() {
    return of(Schema::Format::email);
}
Schema date_schema() {
    return of(Schema::Format::date);
}
Schema time_schema() {
    return of(Schema::Format::date_time);
}
Schema word_schema(std::vector<std::string> one_of) {
    Schema schema = of(Schema::Type::text);
    schema.one_of = std::move(one_of);
    return schema;
}
Schema integer_schema(std::optional<int64_t> minimum, std::optional<int64_t> maximum) {
    Schema schema = of(Schema::Type::integer);
    schema.minimum = minimum;
    schema.maximum = maximum;
    return schema;
}
Schema decimal_schema(int digits, int places, std::optional<int64_t> minimum) {
    Schema schema = of(Schema::Type::decimal);
    schema.digits = digits;
    schema.places = places;
    schema.minimum = minimum;
    return schema;
}
Schema boolean_schema() {
    return of(Schema::Type::boolean);
}
Schema list_schema(Schema item, std::optional<size_t> max_items) {
    Schema schema = of(Schema::Type::list);
    schema.items.push_back(std::move(item));
    schema.max_items = max_items;
    return schema;
}
Schema object_schema(std::string name, std::vector<Property> properties, bool closed) {
    Schema schema = of(Schema::Type::object);
    schema.name = std::move(name);
    schema.properties = std::move(properties);
    schema.closed = closed;
    return schema;
}
Schema nullable(Schema schema) {
    schema.nullable = true;
    return schema;
}

Json to_json_schema(const Schema& schema, Json& components) {
    Json document;
    if (schema.type != Schema::Type::object) {
        document = plain_document(schema, components);
    } else if (schema.name.empty()) {
        document = object_document(schema, components);
    } else {
        if (!components.find(schema.name)) {
            components.set(schema.name, Json::object());  // its place, should it hold itself
            components.set(schema.name, object_document(schema, components));
        }
        document = Json::object({{"$ref", "#/components/schemas/" + schema.name}});
    }
    if (!schema.nullable) return document;
    return Json::object({{"anyOf", Json::Array{std::move(document), Json::object({{"type", "null"}})}}});
}

}  // namespace logbook::api
