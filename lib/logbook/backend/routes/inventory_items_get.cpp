// GET /api/v1/inventory/items/{item_id}: one item, in use or retired.
#include "logbook/backend/inventory_rules.h"
#include "logbook/backend/store/item_fields.h"

namespace logbook::backend {

api::Route inventory_items_get_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/inventory/items/{item_id}", "One item",
                     api::Policy::any_of({"inventory.view"}));
    route.tag = "inventory";
    route.params = {{"item_id", "The item"}};
    route.replies = {{200, "The item", item_reply_schema()}, {404, "There is none in this organization"}};
    route.handle = [&database = backend.database, &clock = backend.clock](const api::Call& call) {
        const InventorySight sight(*call.principal);
        const Result<api::Reply> reply = database.read([&](Connection& connection) -> Result<api::Reply> {
            const auto item = find_item(connection, sight.organization, call.param("item_id"), clock.wall());
            if (!item) return fail(item.error());
            if (!*item || !sight.shows(**item)) return no_item();
            return api::json_reply(200, sight.answer(**item));
        });
        return reply ? *reply : database_failure(reply.error());
    };
    return route;
}

}  // namespace logbook::backend
