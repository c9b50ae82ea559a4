// The Compose program: which generation this machine has, and what it makes of a project's files.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"

namespace logbook::deployment {

struct ComposeProgram {
    std::vector<std::string> argv;  // {"/usr/bin/docker", "compose"} or {"/usr/bin/docker-compose"}
    std::string version;            // "2.26.1"

    int generation() const { return version.rfind("1.", 0) == 0 ? 1 : 2; }
    // "docker compose", "docker-compose": as a user types it.
    LOGBOOK_EXPORT std::string spelling() const;
};

// Every Compose program of a PATH-like list of folders, v2 first; asks each for its version. Empty where
// there is none that answers before the deadline.
LOGBOOK_EXPORT std::vector<ComposeProgram> find_compose_programs(std::string_view folders, Deadline deadline);

// What decides how a project's files are read; the same for Compose and for our own reading.
struct ComposeInput {
    std::filesystem::path folder;          // the project's
    std::filesystem::path env_path;        // its .env
    std::string project_name;              // -p; empty: Compose's own rules
    std::vector<std::string> environment;  // "NAME=value", complete: what the program is started with
};

// The rendered files as YAML or JSON text, secrets included: hold it in memory only. Fails with the program's
// own last line, `timeout` at the deadline.
Result<std::string> render_with(const ComposeProgram& program, const ComposeInput& input, Deadline deadline);

}  // namespace logbook::deployment
