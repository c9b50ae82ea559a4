// PATCH /api/v1/inventory/items/{item_id}: some fields of an item.
#include "logbook/backend/call_audit.h"
#include "logbook/backend/inventory_rules.h"
#include "logbook/backend/store/item_fields.h"

namespace logbook::backend {
namespace {

Result<api::Reply> update(Transaction& transaction, const api::Call& call, const Backend& backend) {
    const InventorySight sight(*call.principal);
    const WallTime now = backend.clock.wall();
    const std::string id(call.param("item_id"));
    const auto item = lock_item(transaction, sight.organization, id, now);
    if (!item) return fail(item.error());
    if (!*item || !sight.shows(**item)) return no_item();
    const auto refusal = item_refusal(transaction, sight, call.body, &**item);
    if (!refusal) return fail(refusal.error());
    if (*refusal) return **refusal;
    if (const Status done = update_item(transaction, id, sight.organization, call.body, now); !done)
        return fail(done.error());
    const auto changed = find_item(transaction, sight.organization, id, now);
    if (!changed) return fail(changed.error());
    if (!*changed) return fail(ErrorCode::io, "the item that was just changed is gone");
    Json fields = Json(Json::Array{});
    for (const auto& [name, value] : *call.body.as_object()) fields.push(name);
    AuditEvent event = event_of(call, backend.rules, "inventory_item_updated", "inventory");
    event.data = Json::object({{"item_id", id}, {"fields_updated", std::move(fields)}});
    transaction.audit(std::move(event));
    return api::json_reply(200, sight.answer(**changed));
}

}  // namespace

api::Route inventory_items_update_route(const Backend& backend) {
    api::Route route("PATCH", "/api/v1/inventory/items/{item_id}", "Changes what the body names",
                     api::Policy::any_of({"inventory.manage"}));
    route.tag = "inventory";
    route.params = {{"item_id", "The item"}};
    route.body = item_update_schema();
    route.replies = {{200, "The item", item_reply_schema()},
                     {400, "It would not fit its category, its links or its own state"},
                     {404, "There is none in this organization"},
                     {409, "Barcode, serial number or asset tag belongs to another item"}};
    route.handle = [backend](const api::Call& call) {
        const Result<api::Reply> reply = backend.database.write(
            [&](Transaction& transaction) { return update(transaction, call, backend); });
        return reply ? *reply : item_failure(reply.error(), call.body);
    };
    return route;
}

}  // namespace logbook::backend
