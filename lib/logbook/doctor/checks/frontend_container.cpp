// The frontend's container is there and runs.
#include "logbook/doctor/checks/checks.h"

#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    return judge_container(scene, deployment::Role::frontend, "The frontend");
}

}  // namespace

Check check_frontend_container() {
    return {"frontend.container",
            "the frontend's container runs",
            {"engine.deployment"},
            {"frontend.proxy", "container.health"},
            &run};
}

}  // namespace logbook::doctor
