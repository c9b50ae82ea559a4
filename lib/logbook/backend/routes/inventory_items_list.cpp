// GET /api/v1/inventory/items: a page of the organization's items.
#include "logbook/api/errors.h"
#include "logbook/backend/inventory_rules.h"
#include "logbook/backend/store/item_fields.h"

namespace logbook::backend {
namespace {

constexpr int64_t usual_page = 100, largest_page = 500;

std::vector<api::QueryParam> query_params() {
    using namespace api;
    const auto words_of = [](const char* field) {
        for (const ItemField& known : item_fields())
            if (known.name == field) return known.schema;
        return text_schema();
    };
    return {
        {"category_id", "Of this category", uuid_schema()},
        {"status", "", words_of("status")},
        {"condition", "", words_of("condition")},
        {"item_type", "Of categories of this type",
         word_schema({"uniform", "ppe", "tool", "equipment", "vehicle", "electronics", "consumable", "other",
                      "medical"})},
        {"assigned_to", "Held by this member; another than oneself: inventory.manage", uuid_schema()},
        {"location_id", "At this place", uuid_schema()},
        {"storage_area_id", "In this storage area", uuid_schema()},
        {"vendor_id", "Of this vendor", uuid_schema()},
        {"search", "Text in name, numbers, description, maker, size or color", text_schema(0, 255)},
        {"size", "", text_schema(0, 50)},
        {"color", "", text_schema(0, 50)},
        {"style", "", words_of("style")},
        {"active_only", "Leave out what is out of use (default true)", boolean_schema()},
        {"sort_by", "name (default), status, condition, quantity, purchase_price, created_at, updated_at",
         text_schema(0, 50)},
        {"sort_order", "asc (default) or desc", word_schema({"asc", "desc"})},
        {"skip", "How many to leave out at the beginning (default 0)", integer_schema(0)},
        {"limit", "At most so many (default 100)", integer_schema(1, largest_page)},
    };
}

ItemFilter filter_of(const api::Call& call, const InventorySight& sight) {
    const Json& query = call.query;
    const auto text = [&](const char* name) { return std::string(query.text(name)); };
    const auto number = [&](const char* name, int64_t otherwise) {
        const Json* given = query.find(name);
        return given && given->as_int() ? *given->as_int() : otherwise;
    };
    ItemFilter filter;
    filter.organization = sight.organization;
    filter.category = text("category_id");
    filter.status = text("status");
    filter.condition = text("condition");
    filter.item_type = text("item_type");
    filter.assigned_to = text("assigned_to");
    filter.location = text("location_id");
    filter.storage_area = text("storage_area_id");
    filter.vendor = text("vendor_id");
    filter.search = text("search");
    filter.size = text("size");
    filter.color = text("color");
    filter.style = text("style");
    const Json* active_only = query.find("active_only");
    filter.active_only = !active_only || *active_only != Json(false);
    filter.sort_by = text("sort_by");
    filter.descending = query.text("sort_order") == "desc";
    filter.skip = number("skip", 0);
    filter.limit = number("limit", usual_page);
    return filter;
}

api::Schema reply_schema() {
    using namespace api;
    return object_schema("InventoryItems", {{"items", list_schema(item_reply_schema()), true},
                                            {"total", integer_schema(), true},
                                            {"skip", integer_schema(), true},
                                            {"limit", integer_schema(), true}});
}

}  // namespace

api::Route inventory_items_list_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/inventory/items",
                     "The items of the inventory, page by page; medical stock has a list of its own",
                     api::Policy::any_of({"inventory.view"}));
    route.tag = "inventory";
    route.query = query_params();
    route.replies = {{200, "A page", reply_schema()}};
    route.handle = [&database = backend.database, &clock = backend.clock](const api::Call& call) {
        const InventorySight sight(*call.principal);
        const ItemFilter filter = filter_of(call, sight);
        // What a member holds is that member's business.
        if (!filter.assigned_to.empty() && filter.assigned_to != sight.user && !sight.manages)
            return api::error_reply(403, "Insufficient permissions", "LB-PERM-001");
        const Result<api::Reply> reply = database.read([&](Connection& connection) -> Result<api::Reply> {
            const Result<ItemPage> page = list_items(connection, filter, clock.wall());
            if (!page) return fail(page.error());
            Json items = Json(Json::Array{});
            for (const Item& item : page->items) {
                Json body = sight.answer(item);
                body.set("assigned_to_name", nullptr);  // the single item's answer has it
                items.push(std::move(body));
            }
            return api::json_reply(200, Json::object({{"items", std::move(items)},
                                                      {"total", page->total},
                                                      {"skip", filter.skip},
                                                      {"limit", filter.limit}}));
        });
        return reply ? *reply : database_failure(reply.error());
    };
    return route;
}

}  // namespace logbook::backend
