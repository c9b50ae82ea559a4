// The backend says that it is healthy.
#include "logbook/doctor/checks/checks.h"

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

std::string cause_of(probe::HealthState state) {
    switch (state) {
    case probe::HealthState::degraded:
        return "The backend works, but degraded";
    case probe::HealthState::starting:
        return "The backend is still starting";
    case probe::HealthState::bad_host:
        return "The backend does not accept this host name";
    case probe::HealthState::bad_gateway:
        return "A proxy in front of the backend gets no answer from it";
    case probe::HealthState::healthy:
    case probe::HealthState::unhealthy:
    case probe::HealthState::absent:
    case probe::HealthState::redirect:
    case probe::HealthState::redirect_loop:
    case probe::HealthState::untrusted:
    case probe::HealthState::foreign:
    case probe::HealthState::refused:
    case probe::HealthState::silent:
    case probe::HealthState::unreachable:
        break;
    }
    return "The backend says that it is unhealthy";
}

// Which areas' failures may be the reason, by the components that the body names.
std::vector<std::string> blamed_areas(const probe::HealthReading& health) {
    std::vector<std::string> areas;
    for (const std::string& component : health.failing) {
        if (contains(component, "data") || contains(component, "schema") || component == "db" ||
            component == "mysql")
            areas.emplace_back("db");
        if (contains(component, "redis") || contains(component, "cache")) areas.emplace_back("cache");
    }
    // Where the body names nothing: without its database it is unhealthy, without Redis only degraded.
    if (areas.empty() && health.state == probe::HealthState::unhealthy) areas = {"db"};
    if (!areas.empty()) areas.emplace_back("host");
    return areas;
}

Finding run(const Scene& scene) {
    const auto& health = scene.backend().health;
    if (health.state == probe::HealthState::healthy) return passed(health.url);
    Finding finding = failed(cause_of(health.state), {health.said});
    if (!health.failing.empty()) finding.seen.push_back("failing: " + join(health.failing, ", "));
    finding.blames = blamed_areas(health);
    return finding;
}

}  // namespace

Check check_backend_health() {
    return {"backend.health", "the backend is healthy", {"backend.answers"}, {"frontend.proxy"}, &run};
}

}  // namespace logbook::doctor
