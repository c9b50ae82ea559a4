// Sight and refusals.
#include "logbook/backend/inventory_rules.h"

#include <fmt/format.h>

#include "logbook/api/errors.h"
#include "logbook/backend/duplicate.h"
#include "logbook/backend/sql_values.h"

namespace logbook::backend {
namespace {

using Refusal = std::optional<api::Reply>;

Refusal refused(std::string_view why) {
    return api::error_reply(400, why);
}

// A member of the body, else of the item as it is, else null.
Json effective(const Json& body, const Item* now, std::string_view name) {
    if (const Json* given = body.find(name)) return *given;
    const Json* held = now ? now->body.find(name) : nullptr;
    return held ? *held : Json();
}

bool empty(const Json& value) {
    return value.is_null() || value == Json("");
}

Result<Refusal> category_refusal(Connection& connection, const InventorySight& sight, const Json& body,
                                 const Item* now) {
    const std::string id(body.text("category_id"));
    if (id.empty()) return Refusal();
    const Result<net::SqlOutcome> found = connection.run(
        "SELECT item_type, requires_serial_number, requires_maintenance FROM inventory_categories "
        "WHERE id = ? AND organization_id = ?",
        {id, sight.organization});
    if (!found) return fail(found.error());
    const Rows category(found->rows);
    const bool medical = !category.empty() && category.text(0, "item_type") == "medical";
    if (category.empty() || (medical && !sight.medical)) return refused("Category not found");
    if (medical && !sight.manages_medical)
        return Refusal(api::error_reply(403, "Insufficient permissions", "LB-PERM-001"));
    if (category.flag(0, "requires_serial_number") && empty(effective(body, now, "serial_number")))
        return refused("The category asks for a serial number");
    if (category.flag(0, "requires_maintenance") && empty(effective(body, now, "inspection_interval_days")))
        return refused("The category asks for an inspection interval");
    return Refusal();
}

Result<Refusal> link_refusal(Connection& connection, const InventorySight& sight, const Json& body) {
    struct Link {
        const char* member;
        const char* table;
        const char* called;
    };
    constexpr Link links[] = {{"location_id", "locations", "Location"},
                              {"storage_area_id", "storage_areas", "Storage area"},
                              {"vendor_id", "inventory_vendors", "Vendor"},
                              {"variant_group_id", "item_variant_groups", "Variant group"}};
    for (const Link& link : links) {
        const std::string id(body.text(link.member));
        if (id.empty()) continue;
        const Result<net::SqlOutcome> found =
            connection.run(fmt::format("SELECT 1 FROM {} WHERE id = ? AND organization_id = ?", link.table),
                           {id, sight.organization});
        if (!found) return fail(found.error());
        if (found->rows.rows.empty()) return refused(fmt::format("{} not found", link.called));
    }
    return Refusal();
}

Result<Refusal> state_refusal(Connection& connection, const Json& body, const Item* now) {
    // What is stored and not touched may stay as it is, however it came there.
    const bool touched = body.find("status") || body.find("condition");
    const Json status = effective(body, now, "status"), condition = effective(body, now, "condition");
    if (touched && status == Json("retired") && condition != Json("retired"))
        return refused("A retired item has the condition `retired`");
    if (touched && status == Json("assigned") && empty(effective({}, now, "assigned_to_user_id")))
        return refused("An assigned item needs somebody to whom it is assigned");
    const Json* quantity = body.find("quantity");
    if (!now && body.text("tracking_type") == "pool" && quantity && *quantity == Json(0))
        return refused("A pool has at least one piece");
    if (now && status == Json("retired") && now->body.text("status") != "retired") {
        const Result<std::string> obstacle = retire_obstacle(connection, *now);
        if (!obstacle) return fail(obstacle.error());
        if (!obstacle->empty()) return refused(*obstacle);
    }
    return Refusal();
}

}  // namespace

InventorySight::InventorySight(const api::Principal& who)
    : organization(who.organization)
    , user(who.user)
    , medical(who.permissions.has_any({"inventory.view_medical", "inventory.manage_medical"}))
    , manages(who.permissions.has("inventory.manage"))
    , manages_medical(who.permissions.has("inventory.manage_medical")) {}

Json InventorySight::answer(const Item& item) const {
    Json body = item.body;
    if (manages || body.text("assigned_to_user_id") == user) return body;
    for (const char* name : {"assigned_to_user_id", "assigned_to_name", "assigned_date"})
        body.set(name, nullptr);
    return body;
}

Result<Refusal> item_refusal(Connection& connection, const InventorySight& sight, const Json& body,
                             const Item* now) {
    if (now && now->medical() && !sight.manages_medical)
        return Refusal(api::error_reply(403, "Insufficient permissions", "LB-PERM-001"));
    Result<Refusal> refusal = category_refusal(connection, sight, body, now);
    if (refusal && !*refusal) refusal = link_refusal(connection, sight, body);
    if (refusal && !*refusal) refusal = state_refusal(connection, body, now);
    return refusal;
}

api::Reply item_failure(const Error& error, const Json& body) {
    struct Number {
        std::string_view key, member, called;
    };
    constexpr Number numbers[] = {{"uq_item_org_barcode", "barcode", "barcode"},
                                  {"uq_item_org_serial_number", "serial_number", "serial number"},
                                  {"uq_item_org_asset_tag", "asset_tag", "asset tag"}};
    const std::string key = duplicate_key(error);
    for (const Number& number : numbers) {
        if (key != number.key) continue;
        return duplicate_reply(number.member,
                               fmt::format("The {} '{}' belongs to another item of this organization",
                                           number.called, body.text(number.member)));
    }
    return database_failure(error);
}

api::Reply no_item() {
    return api::error_reply(404, "Item not found");
}

}  // namespace logbook::backend
