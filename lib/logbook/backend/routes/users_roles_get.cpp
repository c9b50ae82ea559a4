// GET /users/{id}/roles: the roles of one member.
#include "logbook/backend/member_route.h"

namespace logbook::backend {

api::Route users_roles_get_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/users/{user_id}/roles", "The roles that a member holds",
                     api::Policy::any_of({"users.view", "members.manage"}));
    route.tag = "users";
    route.params = {user_id_param()};
    route.replies = {{200, "the roles", member_roles_schema()}, {404, "no such member in this organization"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        auto done = backend.database.read([&](Connection& database) {
            return member_roles_reply(database, *call.principal, std::string(call.param("user_id")));
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
