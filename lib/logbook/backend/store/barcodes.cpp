// Numbers for items that come without one (LOGBOOK.md §11, Barcode).
#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "logbook/backend/store/items.h"

namespace logbook::backend {
namespace {

constexpr int most_taken = 1000;  // in a row

struct Numbering {
    std::string prefix = "INV-";
    int64_t next = 1;
    bool stored = false;  // the settings have the group already
};

Numbering numbering_of(const net::SqlValue& settings) {
    Numbering numbering;
    const Result<Json> all = settings ? parse_json(*settings) : Json();
    const Json* group = all ? all->find("barcode") : nullptr;
    if (!group || !group->as_object()) return numbering;
    numbering.stored = true;
    if (const Json* prefix = group->find("prefix"); prefix && prefix->as_string())
        numbering.prefix = *prefix->as_string();
    if (const Json* next = group->find("next_number"); next && next->as_int())
        numbering.next = std::clamp<int64_t>(*next->as_int(), 1, std::numeric_limits<int64_t>::max() / 2);
    return numbering;
}

Status remember(Transaction& transaction, std::string_view organization, const Numbering& numbering) {
    // In place, by the server: other settings are not read, and so not rewritten.
    const Result<net::SqlOutcome> done =
        numbering.stored
            ? transaction.run(
                  "UPDATE organizations SET settings = JSON_SET(settings, '$.barcode.next_number', ?) "
                  "WHERE id = ?",
                  {numbering.next, std::string(organization)})
            : transaction.run(
                  "UPDATE organizations SET settings = JSON_SET(IF(JSON_TYPE(settings) = 'OBJECT', settings, "
                  "'{}'), '$.barcode', JSON_OBJECT('prefix', ?, 'next_number', ?)) WHERE id = ?",
                  {numbering.prefix, numbering.next, std::string(organization)});
    if (!done) return fail(done.error());
    return {};
}

}  // namespace

Status insert_numbered_item(Transaction& transaction, std::string_view id, std::string_view organization,
                            std::string_view user, const Json& body, WallTime now) {
    const Result<net::SqlOutcome> row = transaction.run(
        "SELECT settings FROM organizations WHERE id = ? FOR UPDATE", {std::string(organization)});
    if (!row) return fail(row.error());
    if (row->rows.rows.empty()) return fail(ErrorCode::not_found, "the organization is gone");
    Numbering numbering = numbering_of(row->rows.rows[0][0]);
    Json numbered = body;
    for (int tried = 0; tried < most_taken; ++tried) {
        numbered.set("barcode", fmt::format("{}{:06}", numbering.prefix, numbering.next++));
        const Status made = insert_item(transaction, id, organization, user, numbered, now);
        if (made) return remember(transaction, organization, numbering);
        // A refused statement leaves the transaction as it was.
        if (duplicate_key(made.error()) != "uq_item_org_barcode") return made;
    }
    return fail(ErrorCode::conflict, fmt::format("{} barcodes in a row are taken", most_taken));
}

}  // namespace logbook::backend
