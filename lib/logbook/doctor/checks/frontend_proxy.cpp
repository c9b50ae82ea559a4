// The frontend passes requests on to the backend.
#include "logbook/doctor/checks/checks.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    if (!deployment::has_frontend(scene.settings(), scene.compose().model))
        return not_applicable("this deployment has no frontend on this machine");
    const auto& health = scene.frontend();
    switch (health.state) {
    case probe::HealthState::healthy:
        return passed(health.url);
    case probe::HealthState::redirect:
        return noted("the frontend sends plain HTTP to " + health.location);
    case probe::HealthState::bad_gateway:
        return failed("The frontend gets no answer from the backend", {health.said});
    case probe::HealthState::refused:
    case probe::HealthState::unreachable:
        return failed("The frontend does not run: nobody listens on its port", {health.said});
    case probe::HealthState::silent:
        return failed("The frontend accepts connections and does not answer", {health.said});
    case probe::HealthState::foreign:
    case probe::HealthState::redirect_loop:
    case probe::HealthState::untrusted:
    case probe::HealthState::absent:
        return failed("What answers on the frontend's port does not pass /health on to the backend",
                      {health.said});
    case probe::HealthState::degraded:
    case probe::HealthState::unhealthy:
    case probe::HealthState::starting:
    case probe::HealthState::bad_host:
        break;
    }
    return failed("Through the frontend the backend is not healthy", {health.said});
}

}  // namespace

Check check_frontend_proxy() {
    return {"frontend.proxy", "the frontend passes requests on", {}, {}, &run};
}

}  // namespace logbook::doctor
