// Which containers were made with other values than the project's files give now. Names only, never values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/deployment/compose_model.h"
#include "logbook/deployment/find.h"
#include "logbook/deployment/moved_mounts.h"

namespace logbook::restart {

struct StaleService {
    std::string service;
    // Of variables ("DEBUG") and ports ("port 3001"), sorted; "definition" alone where something else
    // differs.
    std::vector<std::string> names;
};

struct Staleness {
    std::vector<StaleService> services;
    // Of the backend: names whose running value may be the only key to stored data.
    std::vector<std::string> keys;
    bool database_password = false;  // the application's, as the backend is given it
    bool root_password = false;      // as the database's container is given it
    bool cache_password = false;
    std::vector<deployment::MovedMount> moved;  // stored data that a recreate would leave behind

    LOGBOOK_EXPORT const StaleService* of(std::string_view service) const;
};

// `rendered`: what Compose makes of the files and .env. Pure. A cache is stale with the backend's password
// for it, which stands in its command and not in its environment.
LOGBOOK_EXPORT Staleness compare(const deployment::Deployment& running,
                                 const deployment::ComposeModel& rendered);

// The deployment as it will be: the backend's and the database's variables replaced by the rendered ones;
// without a backend the database stands under the name and login that the coming one will use.
// What asks it, asks with the new credentials. Pure.
LOGBOOK_EXPORT deployment::Deployment with_rendered_values(deployment::Deployment running,
                                                           const deployment::ComposeModel& rendered);

}  // namespace logbook::restart
