// Answers of the routes of one member.
#include "logbook/backend/member_route.h"

#include <fmt/format.h>

#include "logbook/api/errors.h"

namespace logbook::backend {

api::PathParam user_id_param() {
    return {"user_id", "the member's id"};
}

api::Reply no_such_user() {
    return api::error_reply(404, "User not found");
}

Result<api::Reply> profile_reply(Connection& database, const api::Principal& principal,
                                 const std::string& user) {
    const auto member = load_member(database, principal.organization, user);
    if (!member) return fail(member.error());
    if (member->empty()) return no_such_user();
    const auto roles = roles_of(database, principal.organization, user);
    if (!roles) return fail(roles.error());
    const auto visible = contact_visibility(database, principal.organization);
    if (!visible) return fail(visible.error());
    return api::json_reply(200, profile_json(*member, 0, *roles, viewer_of(principal, user, *visible)));
}

Result<api::Reply> member_roles_reply(Connection& database, const api::Principal& principal,
                                      const std::string& user) {
    const auto member = load_member(database, principal.organization, user);
    if (!member) return fail(member.error());
    if (member->empty()) return no_such_user();
    const auto roles = roles_of(database, principal.organization, user);
    if (!roles) return fail(roles.error());
    return api::json_reply(200, member_roles_json(*member, 0, *roles));
}

api::Policy may_assign_roles() {
    return api::Policy::any_of(
        {"users.update_positions", "members.assign_positions", "users.update_roles", "members.assign_roles"});
}

api::Reply beyond_own_permissions(std::string_view what) {
    return api::error_reply(403, fmt::format("You cannot assign a {} that allows more than you may", what));
}

}  // namespace logbook::backend
