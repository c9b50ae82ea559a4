// The deployment as it is now: containers get other ids and addresses while it is restarted.
#pragma once

#include "logbook/deployment/find.h"
#include "logbook/docker/engine.h"

namespace logbook::restart {

// Lists and inspects anew. Without Compose's labels the known containers alone are inspected; one that has
// vanished is left out.
Result<deployment::Deployment> reread(const docker::Engine& engine, const deployment::Deployment& known,
                                      Deadline deadline);

}  // namespace logbook::restart
