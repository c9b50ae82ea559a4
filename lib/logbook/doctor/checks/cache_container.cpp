// Redis' container is there and runs.
#include "logbook/doctor/checks/checks.h"

#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    return judge_container(scene, deployment::Role::cache, "Redis");
}

}  // namespace

Check check_cache_container() {
    return {"cache.container",
            "Redis' container runs",
            {"engine.deployment"},
            {"cache.host", "cache.connect", "container.health", "backend.container", "backend.start",
             "backend.health", "backend.cache", "frontend.container"},
            &run};
}

}  // namespace logbook::doctor
