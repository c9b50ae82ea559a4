// A project's Compose files, read whole: by Compose itself where the program is there, else by us.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "logbook/deployment/compose_model.h"
#include "logbook/deployment/compose_program.h"
#include "logbook/settings/env_file.h"

namespace logbook::deployment {

struct ComposeProject {
    std::vector<std::filesystem::path> paths;  // in the order in which they are merged; empty: there is none
    ComposeModel model;                        // of the services that the chosen profiles switch on
    std::string read_by;                       // "docker compose 2.26.1", "logbookctl"
    std::vector<Error> problems;               // files that could not be read, or only by Compose
    std::vector<Error> refusals;  // values that Compose demands and nobody gives: it will not start

    bool exists() const { return !paths.empty(); }
};

// What `$NAME` becomes in Compose files: the surrounding environment's value, else the last one of .env. The
// file must outlive the lookup.
LOGBOOK_EXPORT settings::Lookup compose_lookup(const settings::EnvFile& env, settings::Lookup outer);

// Which files Compose would take: COMPOSE_FILE's list, else its default name with its override, else the name
// that The Logbook ships for Unraid. `value` is the effective setting of a name (the shell's over .env's).
LOGBOOK_EXPORT std::vector<std::filesystem::path> compose_paths(const std::filesystem::path& folder,
                                                                const settings::Lookup& value);

// Our own reading: pure but for the files of `env_file:`. `value` is what `$NAME` becomes. What it cannot
// follow
// (`include`, `extends`) is a problem; the rest is read all the same.
LOGBOOK_EXPORT ComposeProject read_compose_files(const std::filesystem::path& folder,
                                                 const std::string& project_name,
                                                 const settings::Lookup& value);

// Through the program when one is given; its refusal is a problem, and then our own reading stands in.
LOGBOOK_EXPORT ComposeProject read_compose_project(const ComposeInput& input, const settings::Lookup& value,
                                                   const ComposeProgram* program, Deadline deadline);

}  // namespace logbook::deployment
