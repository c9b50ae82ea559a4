// Stored data that a recreate would leave behind: the Compose files now mount something else where the
// container has it. Nothing is deleted then, and the application starts on an empty place as if it were new.
#pragma once

#include <string>
#include <vector>

#include "logbook/deployment/compose_model.h"
#include "logbook/deployment/find.h"

namespace logbook::deployment {

struct MovedMount {
    std::string service, container;
    std::string target;  // inside: "/var/lib/mysql"
    std::string has;     // the volume or folder that it has now
    std::string gets;    // after a recreate; empty: none that outlives the container
};

// Of volumes, and of the folders that a database or cache keeps its data in. What is mounted from an
// absolute path is compared as text. Pure.
LOGBOOK_EXPORT std::vector<MovedMount> moved_mounts(const Deployment& running, const ComposeModel& rendered);

}  // namespace logbook::deployment
