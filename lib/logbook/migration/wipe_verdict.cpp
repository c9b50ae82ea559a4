// The verdict, and its words.
#include "logbook/migration/wipe_verdict.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

std::string holdings(const TableFacts& facts) {
    const auto rows = [](const char* table, int64_t count) {
        return fmt::format("`{}` has {}", table,
                           count >= 10'000 ? "10000 rows or more" : counted(size_t(count), "row"));
    };
    if (facts.users.value_or(0) > 0) return rows("users", *facts.users);
    return rows("organizations", facts.organizations.value_or(0));
}

// Why the backend would take the database for a fresh one; empty where it would not.
std::string taken_for_fresh(const TableFacts& facts) {
    if (!facts.revisions) return "the table `alembic_version` is missing";
    const auto& rows = *facts.revisions;
    const bool blank =
        std::all_of(rows.begin(), rows.end(), [](const std::string& row) { return trim(row).empty(); });
    if (blank) return "`alembic_version` is empty";
    if (rows.size() == 1 && trim(rows.front()) == init_stamp)
        return fmt::format("`alembic_version` holds the init stamp {}", init_stamp);
    return {};
}

}  // namespace

std::string_view name_of(WipeTrap trap) {
    switch (trap) {
    case WipeTrap::safe:
        return "safe";
    case WipeTrap::fresh:
        return "fresh";
    case WipeTrap::armed:
        return "armed";
    case WipeTrap::unknown:
        return "unknown";
    }
    return "unknown";
}

bool may_hold_data(const TableFacts& facts) {
    return facts.unread || facts.users.value_or(0) > 0 || facts.organizations.value_or(0) > 0;
}

WipeVerdict judge_wipe(const TableFacts& facts) {
    if (facts.unread) return {WipeTrap::unknown, facts.unread->what};
    const std::string fresh = taken_for_fresh(facts);
    if (fresh.empty())
        return {WipeTrap::safe,
                "alembic_version is " +
                    printable(join(facts.revisions.value_or(std::vector<std::string>{}), ", "))};
    if (may_hold_data(facts)) return {WipeTrap::armed, fresh + " although " + holdings(facts)};
    return {WipeTrap::fresh,
            facts.tables.value_or(0) == 0
                ? "the database is empty: the first start of the backend makes its tables"
                : "no members are stored yet; the next start of the backend makes its tables anew"};
}

}  // namespace logbook::migration
