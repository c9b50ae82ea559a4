// The next start of the backend will not drop every table: the worst of the data-loss traps.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

// What MySQL's init script stamps; the backend takes it, like an empty or missing table, for a fresh install.
constexpr std::string_view init_stamp = "20260118_0001";

std::string holdings(const probe::DatabaseReading& database) {
    const auto rows = [](const char* table, int64_t count) {
        return fmt::format("`{}` has {}", table,
                           count >= 10'000 ? "10000 rows or more" : counted(size_t(count), "row"));
    };
    if (database.users.value_or(0) > 0) return rows("users", *database.users);
    return rows("organizations", database.organizations.value_or(0));
}

Finding armed_trap(const probe::DatabaseReading& database) {
    const std::string stamp = !database.revisions ? "The table `alembic_version` is missing"
                              : database.revisions->empty()
                                  ? "`alembic_version` is empty"
                                  : fmt::format("`alembic_version` holds the init stamp {}", init_stamp);
    Finding finding = failed("STOP: the next start of the backend will delete every table");
    finding.data_at_stake = true;
    finding.meaning = fmt::format(
        "{} although {}. The backend takes that for a fresh install. Do not restart anything, do not run "
        "down "
        "or up, and do not pull or edit its code: under --reload the backend restarts itself when a file "
        "changes, and Docker restarts it unaided when it exits.",
        stamp, holdings(database));
    finding.seen = {fmt::format("database {} at {}:{}", printable(database.database, 80),
                                printable(database.host, 255), database.port)};
    return finding;
}

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    if (database.tables_failure) {
        Finding finding = undetermined(
            "the tables could not be read, so the next start of the backend must be taken for dangerous");
        finding.seen = {database.tables_failure->what};
        return finding;
    }
    const bool armed = !database.revisions || database.revisions->empty() ||
                       (database.revisions->size() == 1 && database.revisions->front() == init_stamp);
    if (!armed) return passed("alembic_version is " + join(*database.revisions, ", "));
    if (probe::may_hold_data(database)) return armed_trap(database);
    return noted(database.tables.value_or(0) == 0
                     ? "the database is empty: the first start of the backend makes its tables"
                     : "no members are stored yet; the next start of the backend makes its tables anew");
}

}  // namespace

Check check_db_wipe_trap() {
    return {"db.wipe_trap",
            "the next start of the backend keeps the tables",
            {"db.database"},
            {"db.revision"},
            &run};
}

}  // namespace logbook::doctor
