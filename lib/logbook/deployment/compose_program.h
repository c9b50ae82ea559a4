// The Compose program: which generation this machine has, and what it makes of a project's files.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"
#include "logbook/docker/endpoint.h"
#include "logbook/host/child.h"

namespace logbook::deployment {

struct ComposeProgram {
    std::vector<std::string> argv;  // {"/usr/bin/docker", "compose"} or {"/usr/bin/docker-compose"}
    std::string version;            // "2.26.1"

    int generation() const { return version.rfind("1.", 0) == 0 ? 1 : 2; }
    // "docker compose", "docker-compose": as a user types it.
    LOGBOOK_EXPORT std::string spelling() const;
};

// Every Compose program that this environment ("NAME=value") finds, v2 first: in the folders of its PATH, or
// as a plugin of docker's in its HOME. Asks each for its version. Empty where none answers before the
// deadline.
LOGBOOK_EXPORT std::vector<ComposeProgram> find_compose_programs(const std::vector<std::string>& environment,
                                                                 Deadline deadline);

// What decides how a project's files are read; the same for Compose and for our own reading.
struct ComposeInput {
    std::filesystem::path folder;          // the project's
    std::filesystem::path env_path;        // its .env
    std::string project_name;              // -p; empty: Compose's own rules
    std::vector<std::string> environment;  // "NAME=value", complete: what the program is started with
    bool hashes = false;  // ask Compose for the services' hashes, too: a second process, beside the first
};

// The environment that Compose is started with: `inherited`, with the engine that was chosen here, and the
// files that the containers were made from (as for COMPOSE_FILE, with colons) where nothing else names them.
// Pure.
LOGBOOK_EXPORT std::vector<std::string> compose_environment(std::vector<std::string> inherited,
                                                            const docker::Endpoint& engine,
                                                            const std::string& compose_file);

// The program's start with these words, in the project's folder. Pure.
host::ChildSpec compose_call(const ComposeProgram& program, const ComposeInput& input,
                             const std::vector<std::string>& words);

// The rendered files as YAML or JSON text, secrets included: hold it in memory only. Fails with the program's
// own last line, `timeout` at the deadline.
Result<std::string> render_with(const ComposeProgram& program, const ComposeInput& input, Deadline deadline);

// Service → hash of its whole definition, as Compose labels the containers that it makes from it. Empty where
// it does not tell; Compose 1.29 asks the engine for it.
std::map<std::string, std::string> hashes_with(const ComposeProgram& program, const ComposeInput& input,
                                               Deadline deadline);

}  // namespace logbook::deployment
