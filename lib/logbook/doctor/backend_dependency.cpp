// The judgement of /health/db and /health/redis.
#include "logbook/doctor/backend_dependency.h"

#include <fmt/format.h>

namespace logbook::doctor {

Finding judge_backend_dependency(const probe::HealthReading& health, std::string_view server,
                                 std::string_view path, std::vector<std::string> blames) {
    using probe::HealthState;
    switch (health.state) {
    case HealthState::healthy:
        return passed(health.url);
    case HealthState::absent:
        return not_applicable(fmt::format("this release has no {}; doctor asks the {} itself", path, server));
    case HealthState::silent:
    case HealthState::refused:
    case HealthState::unreachable:
        return undetermined(health.said);
    case HealthState::degraded:
    case HealthState::unhealthy:
    case HealthState::starting:
    case HealthState::bad_gateway:
    case HealthState::bad_host:
    case HealthState::redirect:
    case HealthState::redirect_loop:
    case HealthState::untrusted:
    case HealthState::foreign:
        break;
    }
    Finding finding = failed(fmt::format("The backend does not reach its {}", server), {health.said});
    finding.blames = std::move(blames);
    return finding;
}

}  // namespace logbook::doctor
