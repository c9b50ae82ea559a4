// Gathers the facts of drift: .env, Compose's rendering by the generation that made the containers, the
// containers and their images. Changes nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/deployment/drift.h"
#include "logbook/deployment/find.h"
#include "logbook/docker/engine.h"

namespace logbook::deployment {

// What is referred to must outlive the call.
struct DriftSources {
    std::filesystem::path folder;    // the project's
    std::filesystem::path env_path;  // its .env
    std::string project_name;        // -p; empty: Compose's own rules
    settings::Lookup shell;          // the surrounding environment
    // The same, complete: where the Compose program is looked for, and what it is started with. Empty: do
    // without it.
    std::vector<std::string> environment;
    const docker::Engine* engine = nullptr;  // nullptr: none answered
    const Deployment* deployment = nullptr;  // inspected; nullptr: not known
};

struct DriftReading {
    Result<settings::LoadedEnv> env;
    ComposeProject compose;
    Drift drift;
    // The options that Compose needs here beside the folder: "-p other -f docker-compose.yml -f more.yml".
    std::string compose_options;
    std::string compose_spelling = "docker compose";  // of the generation that made the containers
};

// Never fails: what could not be had stands in `drift.unknown`.
LOGBOOK_EXPORT DriftReading read_drift(const DriftSources& sources, Deadline deadline);

}  // namespace logbook::deployment
