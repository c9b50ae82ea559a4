// The Logbook's backend, and nobody else, listens on its port.
#include "logbook/doctor/backend_start.h"
#include "logbook/doctor/checks/checks.h"

#include <cstdlib>
#include <fmt/format.h>

namespace logbook::doctor {
namespace {

std::string holder_of(const Scene& scene, uint16_t port) {
    for (const host::Listener& listener : scene.listeners(port))
        if (listener.pid)
            return fmt::format("{} (process {}) holds {}:{}", listener.program, *listener.pid,
                               listener.address, port);
    return {};
}

Finding with_holder(Finding finding, const std::string& holder) {
    if (!holder.empty()) finding.seen.insert(finding.seen.begin(), holder);
    return finding;
}

Finding run(const Scene& scene) {
    const auto& health = scene.backend().health;
    const std::string url = deployment::backend_url(scene.settings());
    const auto port = uint16_t(std::atoi(url.substr(url.rfind(':') + 1).c_str()));
    if (auto waiting = while_it_starts(scene)) return *waiting;
    switch (health.state) {
    case probe::HealthState::refused:
    case probe::HealthState::unreachable: {
        const std::string holder = holder_of(scene, port);
        const std::string cause =
            holder.empty()
                ? fmt::format("The backend does not run, or is not ready: nobody listens on port {}", port)
                : fmt::format("The backend behind port {} does not listen", port);
        return with_holder(failed(cause, {health.said}), holder);
    }
    case probe::HealthState::foreign:
    case probe::HealthState::redirect:
    case probe::HealthState::redirect_loop:
    case probe::HealthState::untrusted:
    case probe::HealthState::absent:
        return with_holder(
            failed(fmt::format("Port {} is held by another program, not by The Logbook's backend", port),
                   {health.said}),
            holder_of(scene, port));
    case probe::HealthState::healthy:
    case probe::HealthState::degraded:
    case probe::HealthState::unhealthy:
    case probe::HealthState::starting:
    case probe::HealthState::bad_gateway:
    case probe::HealthState::bad_host:
    case probe::HealthState::silent:
        break;
    }
    return passed(url);
}

}  // namespace

Check check_backend_port() {
    return {"backend.port", "the backend listens on its port", {"env.file"}, {"frontend.proxy"}, &run};
}

}  // namespace logbook::doctor
