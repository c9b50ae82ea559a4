// The backend reaches its Redis.
#include "logbook/doctor/backend_dependency.h"
#include "logbook/doctor/checks/checks.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
<<<<<<< HEAD
    return judge_backend_dependency(scene.backend().cache, "Redis", "/health/redis", {"cache", "host"});
=======
    const auto& health = scene.backend().cache;
    switch (health.state) {
    case probe::HealthState::healthy:
        return passed(health.url);
    case probe::HealthState::absent:
        return not_applicable("this release has no /health/redis; doctor asks Redis itself");
    case probe::HealthState::silent:
    case probe::HealthState::refused:
    case probe::HealthState::unreachable:
        return undetermined(health.said);
    case probe::HealthState::degraded:
    case probe::HealthState::unhealthy:
    case probe::HealthState::starting:
    case probe::HealthState::bad_gateway:
    case probe::HealthState::bad_host:
    case probe::HealthState::redirect:
    case probe::HealthState::redirect_loop:
    case probe::HealthState::untrusted:
    case probe::HealthState::foreign:
        break;
    }
    Finding finding = failed("The backend does not reach its Redis", {health.said});
    finding.blames = {"cache", "host"};
    return finding;
>>>>>>> 0a3f7f01c7878abe28c778b9437fa76ee55d5656
}

}  // namespace

Check check_backend_cache() {
    return {"backend.cache", "the backend reaches its Redis", {"backend.answers"}, {"backend.health"}, &run};
}

}  // namespace logbook::doctor
