// The logs of a deployment's containers as they are written, through restarts and recreations: what counts is
// the service, not the container's id.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "logbook/deployment/find.h"
#include "logbook/docker/engine.h"
#include "logbook/logscan/source.h"
#include "logbook/logsource/container_log.h"

namespace logbook::logsource {

struct DeploymentFollowOptions {
    // Which services; empty: all, also those that appear later.
    std::function<bool(const deployment::Member&)> wanted;
    LogAccess access = LogAccess::automatic;
    // Where to begin with containers that are there already; nothing of all: with what comes from now on. One
    // that appears later is read from its beginning.
    bool from_beginning = false;
    std::optional<WallTime> since;
    std::optional<size_t> last;  // records of each container
    // Called once for each container before anything of its log is handed on, also for those that appear
    // later: its environment holds the secrets that must be masked.
    std::function<void(const docker::Container&)> on_container;
};

// One source for all of them. A container that takes another one's place (same service and number, or same
// name) is read when the old one's log has been read to its end; what the old one wrote is lost only where
// the engine discarded it first. Records that come in one read() are in no order between services. read()
// returns false when nothing came until the deadline; the source has no end. An engine that fails or is
// restarted is told in stats() once, and asked again.
//
// Containers are found by asking for the list four times a second, and not by the engine's events: events
// that came while the connection was lost are gone, and a list is right whatever was missed; it costs the
// engine some milliseconds. The list decides only when a container is opened: from where its log is read does
// not depend on it.
LOGBOOK_EXPORT Result<std::unique_ptr<logscan::Source>>
follow_deployment(std::shared_ptr<const docker::Engine> engine, const deployment::Deployment& deployment,
                  DeploymentFollowOptions options, Deadline deadline);

}  // namespace logbook::logsource
