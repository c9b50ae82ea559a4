// PUT /users/{id}/roles: exactly these roles, and no others.
#include <algorithm>

#include "logbook/api/errors.h"
#include "logbook/backend/member_body.h"
#include "logbook/backend/role_change.h"

namespace logbook::backend {

api::Route users_roles_set_route(const Backend& backend) {
    api::Route route("PUT", "/api/v1/users/{user_id}/roles", "Give a member exactly these roles",
                     may_assign_roles());
    route.tag = "users";
    route.params = {user_id_param()};
    route.body = role_ids_schema();
    route.replies = {{200, "the roles that he holds now", member_roles_schema()},
                     {400, "an id that is no role of this organization, or the last administrator's role"},
                     {404, "no such member in this organization"}};
    route.handle = [backend](const api::Call& call) {
        const auto decide =
            [&](const std::vector<Role>& all,
                const std::vector<std::string>&) -> tl::expected<std::vector<std::string>, api::Reply> {
            std::vector<std::string> wanted;
            for (const Json& item : *call.body.find("role_ids")->as_array()) {
                const std::string& id = *item.as_string();
                const bool known =
                    std::any_of(all.begin(), all.end(), [&](const Role& role) { return role.id == id; });
                if (!known) return tl::unexpected(api::error_reply(400, "One or more role IDs are invalid"));
                if (std::find(wanted.begin(), wanted.end(), id) == wanted.end()) wanted.push_back(id);
            }
            return wanted;
        };
        return change_roles(backend, call, decide, "roles_replaced");
    };
    return route;
}

}  // namespace logbook::backend
