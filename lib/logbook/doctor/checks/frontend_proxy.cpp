// The frontend passes requests on to the backend.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>
#include <optional>

#include "logbook/base/text.h"
#include "logbook/doctor/backend_start.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

// nginx looks the backend's name up once, when it starts.
std::optional<Finding> stale_address(const Scene& scene) {
    const auto* containers = scene.containers();
    if (!containers || scene.backend().health.state != probe::HealthState::healthy) return std::nullopt;
    const auto* frontend = containers->deployment.of_role(deployment::Role::frontend);
    const auto* backend = containers->deployment.of_role(deployment::Role::backend);
    if (!frontend || !backend || !frontend->container.started || !backend->container.started)
        return std::nullopt;
    if (*backend->container.started <= *frontend->container.started) return std::nullopt;
    Finding finding = failed(
        "The frontend still asks an address that the backend no longer has",
        {scene.frontend().said,
         fmt::format("{} was started after {}; it answers at {}", printable(backend->container.name, 80),
                     printable(frontend->container.name, 80), scene.backend().health.url)});
    finding.meaning = "Its nginx looked the backend's name up when it started, and never again.";
    finding.fix = {{"Let it look again",
                    fmt::format("{} restart {}", compose_command(scene), shell_quoted(frontend->service)),
                    runbook::Risk::restart}};
    return finding;
}

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
        if (auto waiting = while_it_starts(scene)) return *waiting;
        if (auto stale = stale_address(scene)) return *stale;
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
