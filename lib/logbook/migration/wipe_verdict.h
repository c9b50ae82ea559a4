// Whether the next start of the backend would delete every table: the worst of the data-loss traps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::migration {

// What the database's own init script stamps. The backend takes it, like an empty or a missing
// alembic_version, for a fresh install, and drops every table.
constexpr std::string_view init_stamp = "20260118_0001";

// What was read of the application's tables. `unread` is set where the database, or one of the tables, could
// not be read: then the rest proves nothing.
struct TableFacts {
    std::optional<std::vector<std::string>> revisions;  // rows of alembic_version; nothing: no such table
    std::optional<int64_t> users, organizations;        // rows, 10,000 at the most; nothing: no such table
    std::optional<int64_t> tables;                      // of the database
    std::optional<Error> unread;
};

enum class WipeTrap {
    safe,     // the stamp is one that the backend goes on from
    fresh,    // it would make the tables anew, and no members are stored
    armed,    // it would make the tables anew, and members are stored
    unknown,  // could not be read: counts as armed
};
LOGBOOK_EXPORT std::string_view name_of(WipeTrap trap);  // "armed"

struct WipeVerdict {
    WipeTrap trap = WipeTrap::unknown;
    std::string
        why;  // a clause without a full stop: "`alembic_version` is empty although `users` has 84 rows"

    // Whether a backend may be started.
    bool allows_start() const { return trap == WipeTrap::safe || trap == WipeTrap::fresh; }
};

// Pure.
LOGBOOK_EXPORT WipeVerdict judge_wipe(const TableFacts& facts);

// Whether members' data is there, or may be: what could not be read counts as data. Pure.
LOGBOOK_EXPORT bool may_hold_data(const TableFacts& facts);

}  // namespace logbook::migration
