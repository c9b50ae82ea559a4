// No container's own healthcheck fails.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto* containers = scene.containers();
    if (!containers) return not_applicable("this deployment runs without containers");
    std::vector<std::string> sick;
    size_t asked = 0;
    for (const deployment::Member& member : containers->deployment.members) {
        const docker::Container& container = member.container;
        if (container.health == docker::Health::none || container.state != docker::ContainerState::running)
            continue;
        ++asked;
        if (container.health != docker::Health::unhealthy) continue;
        const std::string said = container.health_runs.empty()
                                     ? std::string("no output")
                                     : printable(trim(container.health_runs.back().output), 200);
        sick.push_back(fmt::format("{} failed {} times in a row: {}", printable(container.name, 80),
                                   container.failing_streak, said));
    }
    if (sick.empty()) return passed(fmt::format("{} asked", counted(asked, "container")));
    return warned(sick.size() == 1 ? "A container's own healthcheck fails"
                                   : fmt::format("The own healthchecks of {} containers fail", sick.size()),
                  sick);
}

}  // namespace

Check check_container_health() {
    return {"container.health", "no container calls itself unhealthy", {"engine.deployment"}, {}, &run};
}

}  // namespace logbook::doctor
