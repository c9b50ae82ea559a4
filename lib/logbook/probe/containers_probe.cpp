// Asking the engine: one listing, one inspection of each member, one question about volumes.
#include "logbook/probe/containers_probe.h"

#include <algorithm>

namespace logbook::probe {
namespace {

constexpr std::string_view project_label = "com.docker.compose.project";

// Compose marks its volumes; one that was made by hand for it has only the name.
bool belongs_to(const docker::Volume& volume, const std::string& project) {
    const auto label = volume.labels.find(std::string(project_label));
    if (label != volume.labels.end()) return label->second == project;
    return volume.name.compare(0, project.size() + 1, project + "_") == 0;
}

}  // namespace

const docker::Container* ContainersReading::of_role(deployment::Role role) const {
    const deployment::Member* member = deployment.of_role(role);
    return member ? &member->container : nullptr;
}

ContainersReading read_containers(const docker::Engine& engine, const deployment::Wanted& wanted,
                                  const std::string& project, const Clock& clock, Deadline deadline) {
    ContainersReading reading;
    reading.endpoint = engine.endpoint();
    const auto start = clock.steady();
    const auto ended = [&] {
        reading.took = std::chrono::duration_cast<Millis>(clock.steady() - start);
        return std::move(reading);
    };
    const auto listed = engine.list_containers({}, deadline);
    if (!listed) {
        reading.engine_failure = listed.error();
        return ended();
    }
    if (auto info = engine.info(deadline)) reading.engine = std::move(*info);
    auto chosen = deployment::choose_deployment(deployment::group_deployments(*listed), wanted);
    if (!chosen)
        reading.choice_failure = chosen.error();
    else
        reading.deployment = std::move(*chosen);
    if (Status inspected = deployment::inspect_members(engine, reading.deployment, deadline); !inspected)
        reading.engine_failure = inspected.error();
    const std::string& name = reading.deployment.project.empty() ? project : reading.deployment.project;
    if (auto volumes = engine.list_volumes(deadline); volumes && !name.empty())
        for (docker::Volume& volume : *volumes)
            if (belongs_to(volume, name)) reading.volumes.push_back(std::move(volume));
    return ended();
}

}  // namespace logbook::probe
