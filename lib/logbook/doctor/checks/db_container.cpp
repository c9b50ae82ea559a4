// The database's container is there and runs.
#include "logbook/doctor/checks/checks.h"

#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    return judge_container(scene, deployment::Role::database, "The database");
}

}  // namespace

Check check_db_container() {
    return {"db.container",
            "the database's container runs",
            {"engine.deployment"},
            {"db.host", "db.connect", "db.greets", "container.health", "backend.container", "backend.start",
             "backend.port", "backend.answers", "backend.health", "backend.database", "frontend.container",
             "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
