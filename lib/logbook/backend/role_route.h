// What the routes of roles have in common.
#pragma once

#include "logbook/api/call.h"
#include "logbook/api/route.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/store/roles.h"

namespace logbook::backend {

// `{role_id}` of the path.
api::PathParam role_id_param();

// 404: it is not there, or is another organization's; nobody can tell which.
api::Reply no_such_role();

// 403: nobody makes, changes or deletes a role that allows more than he may himself.
api::Reply role_beyond_own_permissions();

api::Schema role_create_schema();
api::Schema role_update_schema();
api::Schema role_page_schema();

// The names of a validated `permissions`, each once, in their order.
std::vector<std::string> names_of(const Json& list);

// Of a change that may take members.manage from somebody, in its transaction: nothing, or the 400.
Result<std::optional<api::Reply>> refused_without_administrator(Transaction& database,
                                                                const std::string& organization);

}  // namespace logbook::backend
