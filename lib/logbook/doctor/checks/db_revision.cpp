// alembic_version holds exactly one row, as a finished migration leaves it.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    if (database.tables_failure) return undetermined("alembic_version could not be read");
    if (!database.revisions || database.revisions->empty()) {
        if (!probe::may_hold_data(database)) return not_applicable("no migration has run yet");
        return failed("The database does not say which migration it is at", {"alembic_version has no row"});
    }
    const std::string rows = join(*database.revisions, ", ");
    if (database.revisions->size() == 1) return passed(rows);
    return warned(fmt::format("The database is at {} migrations at once", database.revisions->size()),
                  {"alembic_version: " + rows});
}

}  // namespace

Check check_db_revision() {
    return {"db.revision", "alembic_version holds one revision", {"db.database"}, {}, &run};
}

}  // namespace logbook::doctor
