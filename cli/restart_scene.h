// What a restart starts from: the deployment, what its files give now, and the lock that keeps others away.
#pragma once

#include <optional>

#include "app.h"
#include "containers.h"
#include "logbook/host/file.h"
#include "logbook/restart/staleness.h"
#include "logbook/restart/world.h"
#include "logbook/settings/settings.h"

namespace logbook::cli {

struct RestartScene {
    Containers found;  // `compose` is what the files give now, rendered by Compose where it is there
    settings::Settings settings;  // with what the backend is given
    std::optional<restart::ComposeUp> compose;
    std::optional<Error> no_compose;  // why not, where there is none
    restart::Staleness stale;
    std::filesystem::path folder;  // empty where it is not known
};

// Reads everything and changes nothing; every secret is known to the redactor then.
Result<RestartScene> open_restart_scene(App& app);

// Where an upgrade of a deployment in this folder writes down how far it came (upgrade_journal.h).
std::filesystem::path upgrade_journal_path(const std::filesystem::path& folder);

// The scene as the steps work on it; both must outlive it. `may_exec`: see restart::World.
restart::World world_of(App& app, const RestartScene& scene, bool may_exec);

// A file of that name in the project's folder, where this user may write; else by the project's name in the
// user's runtime folder.
std::filesystem::path state_path(const std::filesystem::path& folder, const std::string& project,
                                 const std::string& name);

// In the project's folder, where this user may write; else by the project's name in the user's runtime
// folder. Fails with `conflict`, naming the process that holds it.
Result<host::FileLock> lock_restart(const Containers& found);

}  // namespace logbook::cli
