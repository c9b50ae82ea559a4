// A project's Compose files, read whole: by Compose itself where the program is there, else by us.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "logbook/deployment/compose_model.h"
#include "logbook/deployment/compose_program.h"
#include "logbook/deployment/find.h"
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

// The files that made the containers, absolute, where they were named by hand (-f): then nothing here names
// them. Empty where Compose finds them by itself, with an override that was added since; and where one is
// gone.
LOGBOOK_EXPORT std::vector<std::filesystem::path>
files_by_hand(const Deployment& running, const std::filesystem::path& folder, const settings::Lookup& value);
// As the value of COMPOSE_FILE, with colons between; empty for no file.
LOGBOOK_EXPORT std::string as_compose_file(const std::vector<std::filesystem::path>& files);
// `value`, with this COMPOSE_FILE where it is not empty.
LOGBOOK_EXPORT settings::Lookup with_compose_file(settings::Lookup value, std::string compose_file);

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
