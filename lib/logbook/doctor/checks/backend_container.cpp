// The backend's container is there and runs.
#include "logbook/doctor/checks/checks.h"

#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    return judge_container(scene, deployment::Role::backend, "The backend");
}

}  // namespace

Check check_backend_container() {
    return {"backend.container",
            "the backend's container runs",
            {"engine.deployment"},
            {"backend.start", "backend.port", "backend.answers", "backend.health", "backend.database",
             "backend.cache", "backend.clock", "container.health", "frontend.container", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
