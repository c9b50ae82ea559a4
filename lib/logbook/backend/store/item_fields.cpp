// The list, and what is made of it.
#include "logbook/backend/store/item_fields.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

using api::Property;
using api::Schema;

constexpr int64_t most_of_a_column = std::numeric_limits<int32_t>::max();  // INT
constexpr size_t text_length = 2000;                                       // of descriptions and notes

Schema count_schema() {
    return api::integer_schema(0, most_of_a_column);
}
Schema money_schema() {
    return api::decimal_schema(10, 2, 0);
}
Schema condition_schema() {
    return api::word_schema({"excellent", "good", "fair", "poor", "damaged", "out_of_service", "retired"});
}
Schema status_schema() {
    return api::word_schema(
        {"available", "assigned", "checked_out", "in_maintenance", "lost", "stolen", "retired"});
}
Schema size_schema() {
    return api::word_schema({"xxs",  "xs", "s",    "m",  "l",   "xl", "xxl",      "xxxl",  "xxxxl", "6",
                             "6.5",  "7",  "7.5",  "8",  "8.5", "9",  "9.5",      "10",    "10.5",  "11",
                             "11.5", "12", "12.5", "13", "14",  "15", "28",       "30",    "32",    "34",
                             "36",   "38", "40",   "42", "44",  "46", "one_size", "custom"});
}
Schema style_schema() {
    return api::word_schema({"short_sleeve", "long_sleeve", "mens", "womens", "unisex", "v_neck", "crew_neck",
                             "polo", "button_down", "quarter_zip"});
}
Schema any_object() {
    return api::object_schema({}, {});
}

std::vector<ItemField> make_fields() {
    const auto text = [](size_t most) { return api::text_schema(0, most); };
    using K = FieldKind;
    return {
        {"category_id", K::text, api::uuid_schema()},
        {"name", K::text, api::text_schema(1, 255), false},
        {"description", K::text, text(text_length)},
        {"manufacturer", K::text, text(255)},
        {"model_number", K::text, text(255)},
        {"serial_number", K::text, text(255)},
        {"asset_tag", K::text, text(255)},
        {"barcode", K::text, text(255)},
        {"purchase_date", K::text, api::date_schema()},
        {"purchase_price", K::decimal, money_schema()},
        {"purchase_order", K::text, text(255)},
        {"vendor", K::text, text(255)},
        {"vendor_id", K::text, api::uuid_schema()},
        {"warranty_expiration", K::text, api::date_schema()},
        {"expected_lifetime_years", K::whole, count_schema()},
        {"current_value", K::decimal, money_schema()},
        {"replacement_cost", K::decimal, money_schema()},
        {"size", K::text, text(50)},
        {"color", K::text, text(50)},
        {"weight", K::number, api::decimal_schema(12, 4, 0)},
        {"location_id", K::text, api::uuid_schema()},
        {"storage_location", K::text, text(255)},
        {"storage_area_id", K::text, api::uuid_schema()},
        {"station", K::text, text(100)},
        {"condition", K::text, condition_schema(), false},
        {"status", K::text, status_schema(), false},
        {"status_notes", K::text, text(text_length)},
        {"tracking_type", K::text, api::word_schema({"individual", "pool"}), false},
        {"quantity", K::whole, count_schema(), false},
        {"unit_of_measure", K::text, text(50)},
        {"reorder_point", K::whole, count_schema()},
        {"inspection_interval_days", K::whole, count_schema()},
        {"min_rank_order", K::whole, api::integer_schema(-most_of_a_column, most_of_a_column)},
        {"restricted_to_positions", K::json, api::list_schema(api::text_schema())},
        {"notes", K::text, text(text_length)},
        {"custom_fields", K::json, any_object()},
        {"attachments", K::json, api::list_schema(api::text_schema())},
        {"standard_size", K::text, size_schema()},
        {"style", K::text, style_schema()},
        {"variant_group_id", K::text, api::uuid_schema()},
    };
}

Schema with_null(const ItemField& field) {
    return field.may_be_null ? nullable(field.schema) : field.schema;
}

// As it stands in a reply: lengths and bounds hold for what is written, not for what others have stored.
Schema answered(const ItemField& field) {
    Schema schema;
    switch (field.kind) {
    case FieldKind::text:
        schema = api::text_schema();
        schema.format = field.schema.format;
        schema.one_of = field.schema.one_of;
        break;
    case FieldKind::whole:
        schema = api::integer_schema();
        break;
    case FieldKind::decimal:
        schema = api::decimal_schema(10, 2);
        break;
    case FieldKind::number:
    case FieldKind::json:
        return {};  // a number; a list or an object
    }
    return field.may_be_null ? nullable(schema) : schema;
}

Json whole(const std::string& text) {
    int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? Json(value) : Json();
}

Json number(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    return !text.empty() && end == text.c_str() + text.size() && std::isfinite(value) ? Json(value) : Json();
}

}  // namespace

const std::vector<ItemField>& item_fields() {
    static const std::vector<ItemField> fields = make_fields();
    return fields;
}

Schema item_create_schema() {
    std::vector<Property> properties;
    for (const ItemField& field : item_fields())
        properties.push_back({field.name, with_null(field), field.name == "name"});
    return api::object_schema("InventoryItemCreate", std::move(properties));
}

Schema item_update_schema() {
    std::vector<Property> properties;
    for (const ItemField& field : item_fields()) properties.push_back({field.name, with_null(field)});
    properties.push_back({"last_inspection_date", nullable(api::date_schema())});
    properties.push_back({"next_inspection_due", nullable(api::date_schema())});
    properties.push_back({"active", api::boolean_schema()});
    return api::object_schema("InventoryItemUpdate", std::move(properties));
}

Schema item_reply_schema() {
    using namespace api;
    std::vector<Property> properties;
    for (const ItemField& field : item_fields()) properties.push_back({field.name, answered(field), true});
    const std::vector<Property> rest = {
        {"id", uuid_schema(), true},
        {"organization_id", uuid_schema(), true},
        {"assigned_to_user_id", nullable(uuid_schema()), true},
        {"assigned_to_name", nullable(text_schema()), true},
        {"vendor_name", nullable(text_schema()), true},
        {"assigned_date", nullable(time_schema()), true},
        {"quantity_issued", integer_schema(), true},
        {"last_inspection_date", nullable(date_schema()), true},
        {"next_inspection_due", nullable(date_schema()), true},
        {"active", boolean_schema(), true},
        {"created_at", nullable(time_schema()), true},
        {"updated_at", nullable(time_schema()), true},
        {"created_by", nullable(uuid_schema()), true},
        {"lot_stock", nullable(integer_schema()), true},
        {"is_lot_stocked", boolean_schema(), true},
    };
    properties.insert(properties.end(), rest.begin(), rest.end());
    return object_schema("InventoryItem", std::move(properties));
}

net::SqlParam item_param(const ItemField& field, const Json& value) {
    if (value.is_null()) return nullptr;
    if (field.kind == FieldKind::json) return value.dump();
    if (const int64_t* number = value.as_int()) return *number;
    const std::string* text = value.as_string();
    if (!text) return nullptr;
    const bool unique = field.name == "barcode" || field.name == "serial_number" || field.name == "asset_tag";
    if (unique && trim(*text).empty()) return nullptr;
    return *text;
}

Json item_value(FieldKind kind, const net::SqlValue& value) {
    if (!value) return {};
    switch (kind) {
    case FieldKind::whole:
        return whole(*value);
    case FieldKind::number:
        return number(*value);
    case FieldKind::json:
        return parse_json(*value).value_or(Json());
    case FieldKind::text:
    case FieldKind::decimal:
        break;
    }
    return *value;
}

}  // namespace logbook::backend
