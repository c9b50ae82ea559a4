// What the routes of the inventory share: what a caller sees, and what an item may be.
#pragma once

#include <string>
#include <string_view>

#include "logbook/api/call.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/store/items.h"

namespace logbook::backend {

// Who looks, and what of it is for his eyes.
struct InventorySight {
    explicit InventorySight(const api::Principal& who);

    // Medical stock is for those who may see it; for others it is not there.
    bool shows(const Item& item) const { return !item.medical() || medical; }
    // Without the holder's id, name and date, where that is another member and the caller does not manage the
    // inventory.
    Json answer(const Item& item) const;

    std::string organization, user;
    bool medical, manages, manages_medical;
};

// Whether the body's links (category, place, vendor, group) stand in the organization, the category gets what
// it asks for, and status and condition fit each other. `now`: the item as it is, nullptr for a new one.
// The reply says what does not fit; nothing: all does.
Result<std::optional<api::Reply>> item_refusal(Connection& connection, const InventorySight& sight,
                                               const Json& body, const Item* now);

// 409 for a number that another item has; else what database_failure() says.
api::Reply item_failure(const Error& error, const Json& body);

api::Reply no_item();  // 404

}  // namespace logbook::backend
