// A program run inside a container: created, started, its output taken apart, its exit code asked for.
#pragma once

#include "logbook/docker/engine.h"
#include "logbook/docker/wire.h"

namespace logbook::docker {

// See Engine::exec.
Result<ExecResult> run_exec(const Wire& wire, const std::string& id, const ExecRequest& request,
                            Deadline deadline);

}  // namespace logbook::docker
