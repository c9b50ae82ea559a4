// How far a container's "healthy" can be believed, judged by what its healthcheck asks.
#pragma once

#include <string>

#include "logbook/deployment/role.h"
#include "logbook/docker/container.h"

namespace logbook::deployment {

// Why this container's health proves less than it says; empty where it can be believed, or where there is
// nothing to believe. Pure. Only the shape of the test is judged; no value of it is repeated.
LOGBOOK_EXPORT std::string why_health_proves_little(Role role, const docker::Container& container);

}  // namespace logbook::deployment
