// POST /api/v1/inventory/items: a new item.
#include "logbook/backend/call_audit.h"
#include "logbook/backend/inventory_rules.h"
#include "logbook/backend/store/item_fields.h"
#include "logbook/base/text.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

Result<api::Reply> create(Transaction& transaction, const api::Call& call, const Backend& backend) {
    const InventorySight sight(*call.principal);
    const WallTime now = backend.clock.wall();
    const Json& body = call.body;
    const auto refusal = item_refusal(transaction, sight, body, nullptr);
    if (!refusal) return fail(refusal.error());
    if (*refusal) return **refusal;
    const Result<std::string> id = crypto::random_uuid();
    if (!id) return fail(id.error());
    const auto insert = trim(body.text("barcode")).empty() ? insert_numbered_item : insert_item;
    if (const Status done = insert(transaction, *id, sight.organization, sight.user, body, now); !done)
        return fail(done.error());
    const auto item = find_item(transaction, sight.organization, *id, now);
    if (!item) return fail(item.error());
    if (!*item) return fail(ErrorCode::io, "the item that was just made is gone");
    AuditEvent event = event_of(call, backend.rules, "inventory_item_created", "inventory");
    event.data = Json::object({{"item_id", *id}, {"item_name", body.text("name")}});
    transaction.audit(std::move(event));
    return api::json_reply(201, sight.answer(**item));
}

}  // namespace

api::Route inventory_items_create_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/inventory/items", "A new item; without a barcode it gets the next one",
                     api::Policy::any_of({"inventory.manage"}));
    route.tag = "inventory";
    route.body = item_create_schema();
    route.replies = {{201, "The item", item_reply_schema()},
                     {400, "It does not fit its category, its links or its own state"},
                     {409, "Barcode, serial number or asset tag belongs to another item"}};
    route.handle = [backend](const api::Call& call) {
        const Result<api::Reply> reply = backend.database.write(
            [&](Transaction& transaction) { return create(transaction, call, backend); });
        return reply ? *reply : item_failure(reply.error(), call.body);
    };
    return route;
}

}  // namespace logbook::backend
