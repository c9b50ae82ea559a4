// The backend reaches its database.
#include "logbook/doctor/backend_dependency.h"
#include "logbook/doctor/checks/checks.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    return judge_backend_dependency(scene.backend().database, "database", "/health/db", {"db", "host"});
}

}  // namespace

Check check_backend_database() {
    return {"backend.database",
            "the backend reaches its database",
            {"backend.answers"},
            {"backend.health"},
            &run};
}

}  // namespace logbook::doctor
