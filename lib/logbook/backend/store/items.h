// Inventory items in the application's tables. Every question is asked within one organization.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/backend/database.h"
#include "logbook/base/clock.h"
#include "logbook/base/json.h"

namespace logbook::backend {

struct Item {
    Json body;                  // as the API answers it, with the holder's name
    std::string category_type;  // "medical"; empty without a category

    bool medical() const { return category_type == "medical"; }
};

// Nothing: there is none in this organization.
Result<std::optional<Item>> find_item(Connection& connection, std::string_view organization,
                                      std::string_view id, WallTime now);
// The same, held against every other change until the transaction ends.
Result<std::optional<Item>> lock_item(Transaction& transaction, std::string_view organization,
                                      std::string_view id, WallTime now);

struct ItemFilter {
    std::string organization;
    // Empty: any.
    std::string category, status, condition, item_type, assigned_to, location, storage_area, vendor, search,
        size, color, style;
    bool active_only = true;
    std::string sort_by;  // a column's name; another sorts by name
    bool descending = false;
    int64_t skip = 0, limit = 100;
};

struct ItemPage {
    std::vector<Item> items;
    int64_t total = 0;
};

// Medical stock is never in it: it has a list of its own in the application.
Result<ItemPage> list_items(Connection& connection, const ItemFilter& filter, WallTime now);

struct ItemMatch {
    Item item;
    std::string
        field;  // the first of barcode, serial_number, asset_tag, name, size, color that holds the text
};

Result<std::vector<ItemMatch>> look_up_items(Connection& connection, std::string_view organization,
                                             std::string_view text, bool with_medical, int64_t limit,
                                             WallTime now);

// A new row of a validated body: what it does not name gets the application's default. Fails with 1062 where
// a number is taken.
Status insert_item(Transaction& transaction, std::string_view id, std::string_view organization,
                   std::string_view user, const Json& body, WallTime now);

// The same with the next barcode by the organization's settings. Its row is locked from here to the end of
// the transaction, so that no two get one number and a number that is not used leaves no gap; numbers that
// are taken are left out. Fails with `conflict` when the next thousand are taken.
Status insert_numbered_item(Transaction& transaction, std::string_view id, std::string_view organization,
                            std::string_view user, const Json& body, WallTime now);

// Sets what the validated body names.
Status update_item(Transaction& transaction, std::string_view id, std::string_view organization,
                   const Json& body, WallTime now);

// Why an item may not be taken out of use, for a person; empty when it may.
Result<std::string> retire_obstacle(Connection& connection, const Item& item);

}  // namespace logbook::backend
