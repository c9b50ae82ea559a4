// The server takes writes.
#include "logbook/doctor/checks/checks.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const DatabaseWork& work = scene.database_work();
    if (work.failure) return undetermined("the server's settings could not be read: " + work.failure->what);
    if (!work.read_only) return passed();
    return failed("The database is read-only: every change is refused",
                  {"@@read_only or @@innodb_read_only is on"});
}

}  // namespace

Check check_db_read_only() {
    return {"db.read_only",
            "the database takes writes",
            {"db.greets"},
            {"backend.start", "backend.container", "backend.health"},
            &run};
}

}  // namespace logbook::doctor
