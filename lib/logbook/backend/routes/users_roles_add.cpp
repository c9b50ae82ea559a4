// POST /users/{id}/roles/{role}: one role more.
#include <algorithm>

#include "logbook/api/errors.h"
#include "logbook/backend/role_change.h"

namespace logbook::backend {

api::Route users_roles_add_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/users/{user_id}/roles/{role_id}", "Give a member one role more",
                     may_assign_roles());
    route.tag = "users";
    route.params = {user_id_param(), {"role_id", "the role's id"}};
    route.replies = {{200, "the roles that he holds now", member_roles_schema()},
                     {400, "he holds it already"},
                     {404, "no such member, or no such role, in this organization"}};
    route.handle = [backend](const api::Call& call) {
        const std::string id(call.param("role_id"));
        const auto decide =
            [&](const std::vector<Role>& all,
                const std::vector<std::string>& held) -> tl::expected<std::vector<std::string>, api::Reply> {
            if (std::none_of(all.begin(), all.end(), [&](const Role& role) { return role.id == id; }))
                return tl::unexpected(api::error_reply(404, "Role not found"));
            if (std::find(held.begin(), held.end(), id) != held.end())
                return tl::unexpected(api::error_reply(400, "User already has this role"));
            std::vector<std::string> wanted = held;
            wanted.push_back(id);
            return wanted;
        };
        return change_roles(backend, call, decide, "role_added");
    };
    return route;
}

}  // namespace logbook::backend
