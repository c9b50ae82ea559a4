// What a service is for. Names differ between the shipped stacks (mysql, db; redis; intranet-, logbook-),
// roles do not.
#pragma once

#include <string_view>

#include "logbook/base/export.h"

namespace logbook::deployment {

enum class Role { database, cache, backend, frontend, proxy, other };

LOGBOOK_EXPORT std::string_view name_of(Role role);  // "database"

// By the service's name where it is one of the usual ones, else by its image ("mariadb:10.11",
// "ghcr.io/x/y-backend"). A service that only uses a database's image for something else (`backup`) is
// `other`. Pure.
LOGBOOK_EXPORT Role role_of(std::string_view service, std::string_view image);

// A host name that the shipped stacks give to a service, and hardly anybody to a machine.
LOGBOOK_EXPORT bool is_usual_service_name(std::string_view host);

}  // namespace logbook::deployment
