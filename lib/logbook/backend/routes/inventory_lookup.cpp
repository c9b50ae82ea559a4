// GET /api/v1/inventory/lookup: what a scanner has read, or somebody has typed.
#include "logbook/backend/inventory_rules.h"
#include "logbook/backend/store/item_fields.h"

namespace logbook::backend {
namespace {

constexpr int64_t usual_count = 20, largest_count = 50;

api::Schema reply_schema() {
    using namespace api;
    const Schema match = object_schema("InventoryMatch", {{"item", item_reply_schema(), true},
                                                          {"matched_field", text_schema(), true},
                                                          {"matched_value", text_schema(), true}});
    return object_schema("InventoryMatches",
                         {{"results", list_schema(match), true}, {"total", integer_schema(), true}});
}

Json answer(const std::vector<ItemMatch>& matches, const InventorySight& sight) {
    Json results = Json(Json::Array{});
    for (const ItemMatch& match : matches)
        results.push(Json::object({{"item", sight.answer(match.item)},
                                   {"matched_field", match.field},
                                   {"matched_value", match.item.body.text(match.field)}}));
    return Json::object({{"results", std::move(results)}, {"total", int64_t(matches.size())}});
}

}  // namespace

api::Route inventory_lookup_route(const Backend& backend) {
    api::Route route(
        "GET", "/api/v1/inventory/lookup",
        "Items with this text in barcode, serial number, asset tag, name, size or color, in this order",
        api::Policy::any_of({"inventory.view"}));
    route.tag = "inventory";
    route.query = {{"code", "The text", api::text_schema(1, 255), true},
                   {"limit", "At most so many (default 20)", api::integer_schema(1, largest_count)}};
    route.replies = {{200, "The items, best matches first", reply_schema()}};
    route.handle = [&database = backend.database, &clock = backend.clock](const api::Call& call) {
        const InventorySight sight(*call.principal);
        const Json* limit = call.query.find("limit");
        const Result<api::Reply> reply = database.read([&](Connection& connection) -> Result<api::Reply> {
            const auto matches =
                look_up_items(connection, sight.organization, call.query.text("code"), sight.medical,
                              limit && limit->as_int() ? *limit->as_int() : usual_count, clock.wall());
            if (!matches) return fail(matches.error());
            return api::json_reply(200, answer(*matches, sight));
        });
        return reply ? *reply : database_failure(reply.error());
    };
    return route;
}

}  // namespace logbook::backend
