// What an item's body may be, what of an item a caller sees, and what a taken number is answered with.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "logbook/backend/inventory_rules.h"
#include "logbook/backend/schema_check.h"
#include "logbook/backend/store/item_fields.h"
#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::backend;

namespace {

std::vector<api::FieldError> errors_of(const api::Schema& schema, const std::string& body) {
    std::vector<api::FieldError> errors;
    validated(schema, parse_json(body).value(), errors);
    return errors;
}

std::string with(const std::string& member) {
    return R"({"name":"x",)" + member + "}";
}

api::Principal who(const std::vector<std::string>& permissions) {
    api::Principal principal;
    principal.user = "me";
    principal.organization = "ours";
    principal.permissions = api::Permissions(permissions);
    return principal;
}

Item held_by(const std::string& user) {
    return {Json::object({{"name", "Radio"},
                          {"assigned_to_user_id", user},
                          {"assigned_to_name", "Ada Admin"},
                          {"assigned_date", "2026-11-22T02:58:59Z"}}),
            {}};
}

}  // namespace

TEST_CASE("bounds of a new item, at n and n+1") {
    const api::Schema schema = item_create_schema();
    CHECK(errors_of(schema, "{}") == std::vector<api::FieldError>{{"name", "This field is required."}});
    const auto letters = [](size_t count) { return "\"" + std::string(count, 'x') + "\""; };
    struct Bound {
        const char* field;
        size_t most;
    };
    for (const Bound& bound : {Bound{"name", 255}, Bound{"description", 2000}, Bound{"barcode", 255},
                               Bound{"serial_number", 255}, Bound{"asset_tag", 255}, Bound{"size", 50},
                               Bound{"station", 100}, Bound{"unit_of_measure", 50}, Bound{"notes", 2000}}) {
        const std::string member = "\"" + std::string(bound.field) + "\":";
        const std::string before = std::string(bound.field) == "name" ? "{" : R"({"name":"x",)";
        CHECK_MESSAGE(errors_of(schema, before + member + letters(bound.most) + "}").empty(), bound.field);
        CHECK_MESSAGE(errors_of(schema, before + member + letters(bound.most + 1) + "}").size() == 1,
                      bound.field);
    }
    for (const char* good :
         {R"("purchase_price":"99999999.99")", R"("purchase_price":0)", R"("quantity":0)",
          R"("quantity":"7")", R"("quantity":2147483647)", R"("weight":1.5)", R"("custom_fields":{"a":[1]})",
          R"("min_rank_order":-1)", R"("restricted_to_positions":["a"])", R"("standard_size":"6.5")",
          R"("barcode":null)", R"("purchase_date":"2024-02-29")", R"("unknown":true)"})
        CHECK_MESSAGE(errors_of(schema, with(good)).empty(), good);
    for (const char* bad :
         {R"("purchase_price":"100000000")", R"("purchase_price":-0.01)", R"("purchase_price":"1.001")",
          R"("quantity":-1)", R"("quantity":2147483648)", R"("quantity":null)", R"("weight":"NaN")",
          R"("custom_fields":[1])", R"("restricted_to_positions":[1])", R"("standard_size":"5")",
          R"("condition":"weird")", R"("status":null)", R"("purchase_date":"2023-02-29")",
          R"("category_id":"1")", R"("attachments":"x")"})
        CHECK_MESSAGE(errors_of(schema, with(bad)).size() == 1, bad);
}

TEST_CASE("a body takes what its column takes") {
    std::string table;
    for (const std::string& statement : core_statements())
        if (statement.find("CREATE TABLE `inventory_items`") != std::string::npos) table = statement;
    REQUIRE_FALSE(table.empty());
    for (const ItemField& field : item_fields()) {
        const size_t at = table.find("`" + field.name + "` ");
        REQUIRE_MESSAGE(at != std::string::npos, field.name);
        const std::string column = lower(table.substr(at, table.find('\n', at) - at));
        std::string type;
        if (!field.schema.one_of.empty())
            type = "enum('" + join(field.schema.one_of, "','") + "')";
        else if (field.schema.max_length == 2000)
            type = "text";
        else if (field.schema.max_length)
            type = fmt::format("varchar({})", *field.schema.max_length);
        else if (field.kind == FieldKind::decimal)
            type = "decimal(10,2)";
        CHECK_MESSAGE(column.find(type) != std::string::npos, column);
        if (!field.may_be_null && field.name != "quantity")
            CHECK_MESSAGE(column.find("not null") != std::string::npos, column);
    }
}

TEST_CASE("a change needs no field, and cannot empty what an item must have") {
    const api::Schema schema = item_update_schema();
    CHECK(errors_of(schema, "{}").empty());
    CHECK(errors_of(schema, R"({"active":false,"next_inspection_due":null})").empty());
    for (const char* bad : {R"({"name":null})", R"({"name":""})", R"({"status":null})", R"({"active":null})",
                            R"({"quantity":null})", R"({"last_inspection_date":"soon"})"})
        CHECK_MESSAGE(errors_of(schema, bad).size() == 1, bad);
}

TEST_CASE("every field of a body is answered, in the application's order") {
    const api::Schema reply = item_reply_schema();
    REQUIRE(reply.properties.size() == item_fields().size() + 15);
    for (size_t i = 0; i < item_fields().size(); ++i)
        CHECK(reply.properties[i].name == item_fields()[i].name);
    CHECK(reply.properties.front().name == "category_id");
    CHECK(reply.properties.back().name == "is_lot_stocked");
}

TEST_CASE("an empty number is none, since empty ones would collide") {
    for (const ItemField& field : item_fields()) {
        const bool unique =
            field.name == "barcode" || field.name == "serial_number" || field.name == "asset_tag";
        if (field.kind != FieldKind::text) continue;
        CHECK(std::holds_alternative<std::nullptr_t>(item_param(field, Json(" "))) == unique);
        CHECK(item_param(field, Json("a ")) == net::SqlParam(std::string("a ")));
        CHECK(std::holds_alternative<std::nullptr_t>(item_param(field, Json())));
    }
}

TEST_CASE("columns become values of their kind, and nothing else") {
    CHECK(item_value(FieldKind::whole, "12") == Json(12));
    CHECK(item_value(FieldKind::whole, "12x").is_null());
    CHECK(item_value(FieldKind::number, "1.5") == Json(1.5));
    CHECK(item_value(FieldKind::number, "inf").is_null());
    CHECK(item_value(FieldKind::number, "").is_null());
    CHECK(item_value(FieldKind::decimal, "12.50") == Json("12.50"));
    CHECK(item_value(FieldKind::json, R"({"a": 1})") == Json::object({{"a", 1}}));
    CHECK(item_value(FieldKind::json, "{").is_null());
    CHECK(item_value(FieldKind::text, std::nullopt).is_null());
}

TEST_CASE("who holds an item is that member's business") {
    const Item item = held_by("other");
    const Json seen = InventorySight(who({"inventory.view"})).answer(item);
    CHECK(seen.find("assigned_to_user_id")->is_null());
    CHECK(seen.find("assigned_to_name")->is_null());
    CHECK(seen.find("assigned_date")->is_null());
    CHECK(seen.text("name") == "Radio");
    CHECK(InventorySight(who({"inventory.view", "inventory.manage"})).answer(item) == item.body);
    CHECK(InventorySight(who({"*"})).answer(item) == item.body);
    CHECK(InventorySight(who({"inventory.view"})).answer(held_by("me")) == held_by("me").body);
}

TEST_CASE("medical stock is there for those who may see it") {
    Item item = held_by("other");
    CHECK(InventorySight(who({"inventory.view"})).shows(item));
    item.category_type = "medical";
    CHECK_FALSE(InventorySight(who({"inventory.view"})).shows(item));
    CHECK_FALSE(InventorySight(who({"inventory.manage"})).shows(item));
    for (const char* permission : {"inventory.view_medical", "inventory.manage_medical", "inventory.*", "*"})
        CHECK_MESSAGE(InventorySight(who({permission})).shows(item), permission);
}
