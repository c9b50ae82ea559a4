// One reading of the container engine: which containers are the deployment, each inspected, and what the
// engine says of itself and of the deployment's volumes. Read-only.
#pragma once

#include <optional>
#include <vector>

#include "logbook/deployment/find.h"
#include "logbook/docker/engine.h"

namespace logbook::probe {

struct ContainersReading {
    std::optional<docker::Endpoint> endpoint;  // absent: nothing tells where an engine would be
    std::optional<Error> engine_failure;       // it could not be asked
    // It was asked, and no deployment could be chosen: `not_found`, or `conflict` where several could be
    // meant.
    std::optional<Error> choice_failure;
    deployment::Deployment deployment;  // without members where one of the failures is set
    docker::EngineInfo engine;
    std::vector<docker::Volume> volumes;  // of the Compose project
    Millis took{0};

    bool found() const { return !engine_failure && !choice_failure && !deployment.members.empty(); }
    bool local() const { return endpoint && !endpoint->socket.empty(); }
    // The first member of a role; nullptr where there is none.
    LOGBOOK_EXPORT const docker::Container* of_role(deployment::Role role) const;
};

// What was made so far is kept when a later question fails. `project` names the volumes to look for where no
// container is left to tell it. Thread-safe.
LOGBOOK_EXPORT ContainersReading read_containers(const docker::Engine& engine,
                                                 const deployment::Wanted& wanted, const std::string& project,
                                                 const Clock& clock, Deadline deadline);

}  // namespace logbook::probe
