// What a restart works on: the engine, the clients, and what the project's files say.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "logbook/deployment/compose_project.h"
#include "logbook/deployment/ladder.h"
#include "logbook/probe/health_probe.h"
#include "logbook/redact/redactor.h"
#include "logbook/restart/compose_up.h"

namespace logbook::restart {

// What is referred to must outlive the run.
struct World {
    const docker::Engine& engine;
    const net::SqlConnector& sql;
    const net::RedisConnector& redis;
    const net::Transport& http;
    const Clock& clock;
    const redact::Redactor& redactor;          // for the logs that are kept
    const deployment::ComposeModel& rendered;  // what the files and .env give now
    const settings::Settings& settings;
    std::optional<ComposeUp> compose;   // nothing: nothing can be created or recreated
    std::filesystem::path log_folder;   // where the logs of recreated containers are kept
    std::function<bool()> interrupted;  // asked between steps and while waiting; may be empty
    bool may_exec = true;               // false: no program is run inside a container (--dry-run)
};

}  // namespace logbook::restart
