// Alembic that is running already, whoever started it: one that outlived a killed run, or an operator's own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/docker/engine.h"

namespace logbook::migration {

struct AlembicAtWork {
    std::string container;  // its name
    std::string command;    // "/usr/bin/python3 /usr/bin/alembic upgrade head"
    bool made_for_it = false;
};

// Whether a process with this command line is an Alembic that changes a database. Pure.
LOGBOOK_EXPORT bool is_alembic_at_work(std::string_view command);

// In the backends that run, and in the containers that were made for their project's Alembic. Where the
// engine's machine has no `ps`, a shell inside is asked.
LOGBOOK_EXPORT Result<std::vector<AlembicAtWork>>
find_alembic_at_work(const docker::Engine& engine, const std::vector<const docker::Container*>& backends,
                     Deadline deadline);

// Labels of a container that was made for Alembic: the process that owns it, and the backend's project.
constexpr std::string_view made_for_alembic = "logbookctl.runs-alembic",
                           made_for_project = "logbookctl.project";
std::string owner_of_this_process();
// Whether that process, of this machine, has ended; false where it cannot be told.
bool is_gone(std::string_view owner);

// What killed runs left behind, where no Alembic is at work in it any more.
void remove_idle_alembic_containers(const docker::Engine& engine, Deadline deadline);

}  // namespace logbook::migration
