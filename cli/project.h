// The project that a command works on: its `.env`, read once, with every secret value known to the redactor
// before anything is printed.
#pragma once

#include "app.h"
#include "logbook/settings/env_file.h"
#include "logbook/settings/settings.h"

namespace logbook::cli {

struct Project {
    settings::LoadedEnv env;
    settings::Settings settings;
};

// This process's environment variables, in which Compose, too, looks before it looks into `.env`.
settings::Lookup process_environment();

// The same, complete, as a child process is given it: "NAME=value".
std::vector<std::string> whole_environment();

// Loads app.global.env_path(). A file that Compose would refuse is opened too: see env.file.problems.
Result<Project> open_project(App& app);

// What the application gets, as far as this machine can tell: the backend's rendered environment where
// Compose files have one, else .env under the surrounding environment.
struct GivenSettings {
    settings::Settings settings;
    std::string service;                               // empty: .env alone
    std::vector<std::filesystem::path> compose_files;  // that were read for it
    std::string obstacle;  // why files that are there were not judged; may be empty
};
GivenSettings given_settings(App& app, const Project& project);
// "service backend of docker-compose.yml and docker-compose.prod.yml", else the path of .env.
std::string where_given(const GivenSettings& given, const Project& project);
Json to_json(const GivenSettings& given);

// Makes the redactor know every value that must not be shown, previous values of a name included.
void register_secrets(App& app, const settings::EnvFile& file, const settings::Settings& settings);

// The one Error for a file with problems, for commands that need a file that Compose accepts.
Error refused_env(const settings::LoadedEnv& env);

}  // namespace logbook::cli
