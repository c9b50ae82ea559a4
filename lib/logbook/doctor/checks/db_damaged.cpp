// The server can open every table of the application.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const DatabaseWork& work = scene.database_work();
    if (work.failure) return undetermined("the tables could not be listed: " + work.failure->what);
    if (work.damaged.empty()) return passed();
    Finding finding = failed(work.damaged.size() == 1
                                 ? std::string("The server cannot open a table")
                                 : fmt::format("The server cannot open {} tables", work.damaged.size()),
                             work.damaged);
    finding.data_at_stake = true;
    return finding;
}

}  // namespace

Check check_db_damaged() {
    return {"db.damaged",
            "the server can open every table",
            {"db.database"},
            {"db.wipe_trap", "backend.start", "backend.health"},
            &run};
}

}  // namespace logbook::doctor
