// What the routes of one member have in common: their id, their 404, and their answers.
#pragma once

#include "logbook/api/call.h"
#include "logbook/api/route.h"
#include "logbook/backend/member_view.h"
#include "logbook/backend/routes.h"

namespace logbook::backend {

// `{user_id}` of the path.
api::PathParam user_id_param();

// 404: the member is not there, is deleted, or is another organization's; nobody can tell which.
api::Reply no_such_user();

// The member's page as the caller may see it, read anew.
Result<api::Reply> profile_reply(Connection& database, const api::Principal& principal,
                                 const std::string& user);

// The member's roles, read anew.
Result<api::Reply> member_roles_reply(Connection& database, const api::Principal& principal,
                                      const std::string& user);

// Who may give and take roles: today's names and the application's former ones.
api::Policy may_assign_roles();

// 403: nobody gives what he has not.
api::Reply beyond_own_permissions(std::string_view what);

}  // namespace logbook::backend
