// The backend reaches its Redis.
#include "logbook/doctor/backend_dependency.h"
#include "logbook/doctor/checks/checks.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    return judge_backend_dependency(scene.backend().cache, "Redis", "/health/redis", {"cache", "host"});
}

}  // namespace

Check check_backend_cache() {
    return {"backend.cache", "the backend reaches its Redis", {"backend.answers"}, {"backend.health"}, &run};
}

}  // namespace logbook::doctor
