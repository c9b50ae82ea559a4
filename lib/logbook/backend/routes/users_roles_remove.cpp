// DELETE /users/{id}/roles/{role}: one role less.
#include <algorithm>

#include "logbook/api/errors.h"
#include "logbook/backend/role_change.h"

namespace logbook::backend {

api::Route users_roles_remove_route(const Backend& backend) {
    api::Route route("DELETE", "/api/v1/users/{user_id}/roles/{role_id}", "Take one role from a member",
                     may_assign_roles());
    route.tag = "users";
    route.params = {user_id_param(), {"role_id", "the role's id"}};
    route.replies = {{200, "the roles that he holds now", member_roles_schema()},
                     {400, "it is the role of the last administrator"},
                     {404, "no such member in this organization, or he does not hold this role"}};
    route.handle = [backend](const api::Call& call) {
        const std::string id(call.param("role_id"));
        const auto decide =
            [&](const std::vector<Role>&,
                const std::vector<std::string>& held) -> tl::expected<std::vector<std::string>, api::Reply> {
            std::vector<std::string> wanted = held;
            wanted.erase(std::remove(wanted.begin(), wanted.end(), id), wanted.end());
            if (wanted.size() == held.size())
                return tl::unexpected(api::error_reply(404, "User does not have this role"));
            return wanted;
        };
        return change_roles(backend, call, decide, "role_removed");
    };
    return route;
}

}  // namespace logbook::backend
