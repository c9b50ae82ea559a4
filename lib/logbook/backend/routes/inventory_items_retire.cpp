// POST /api/v1/inventory/items/{item_id}/retire: takes an item out of use; its row stays.
#include "logbook/api/errors.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/inventory_rules.h"

namespace logbook::backend {
namespace {

Result<api::Reply> retire(Transaction& transaction, const api::Call& call, const Backend& backend) {
    const InventorySight sight(*call.principal);
    const WallTime now = backend.clock.wall();
    const std::string id(call.param("item_id"));
    const auto item = lock_item(transaction, sight.organization, id, now);
    if (!item) return fail(item.error());
    if (!*item || !sight.shows(**item)) return no_item();
    if ((*item)->medical() && !sight.manages_medical)
        return api::error_reply(403, "Insufficient permissions", "LB-PERM-001");
    const Result<std::string> obstacle = retire_obstacle(transaction, **item);
    if (!obstacle) return fail(obstacle.error());
    if (!obstacle->empty()) return api::error_reply(400, *obstacle);

    Json changes = Json::object({{"status", "retired"}, {"condition", "retired"}, {"active", false}});
    const std::string notes(call.body.text("notes"));
    if (!notes.empty()) changes.set("status_notes", notes);
    if (const Status done = update_item(transaction, id, sight.organization, changes, now); !done)
        return fail(done.error());
    AuditEvent event = event_of(call, backend.rules, "inventory_item_retired", "inventory");
    event.severity = "warning";
    event.data = Json::object({{"item_id", id},
                               {"item_name", (*item)->body.text("name")},
                               {"notes", notes.empty() ? Json() : Json(notes)}});
    transaction.audit(std::move(event));
    return api::json_reply(200, Json::object({{"message", "Item retired successfully"}}));
}

}  // namespace

api::Route inventory_items_retire_route(const Backend& backend) {
    using namespace api;
    Route route("POST", "/api/v1/inventory/items/{item_id}/retire", "Takes an item out of use",
                Policy::any_of({"inventory.manage"}));
    route.tag = "inventory";
    route.params = {{"item_id", "The item"}};
    route.body = object_schema("InventoryItemRetire", {{"notes", nullable(text_schema(0, 2000))}});
    route.body_required = false;
    route.replies = {
        {200, "It is retired", object_schema("InventoryItemRetired", {{"message", text_schema(), true}})},
        {400, "It is assigned, checked out or issued"},
        {404, "There is none in this organization"}};
    route.handle = [backend](const Call& call) {
        const Result<Reply> reply = backend.database.write(
            [&](Transaction& transaction) { return retire(transaction, call, backend); });
        return reply ? *reply : database_failure(reply.error());
    };
    return route;
}

}  // namespace logbook::backend
