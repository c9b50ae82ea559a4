// GET /roles/my/permissions: what the caller may do, by his roles and his rank.
#include "logbook/backend/routes.h"
#include "logbook/backend/store/positions.h"

namespace logbook::backend {

api::Route roles_my_permissions_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/roles/my/permissions", "What the caller may do",
                     api::Policy::signed_in());
    route.tag = "roles";
    const api::Schema names = api::list_schema(api::text_schema());
    route.replies = {{200, "the names of his permissions, and of his roles",
                      api::object_schema("UserPermissionsResponse", {{"user_id", api::uuid_schema(), true},
                                                                     {"permissions", names, true},
                                                                     {"roles", names, true}})}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        const api::Principal& principal = *call.principal;
        auto done = backend.database.read([&](Connection& database) -> Result<api::Reply> {
            const auto roles = roles_of(database, principal.organization, principal.user);
            if (!roles) return fail(roles.error());
            Json held{Json::Array{}};
            for (const Role& role : *roles) held.push(role.name);
            const auto& allowed = principal.permissions.names();
            return api::json_reply(
                200, Json::object({{"user_id", principal.user},
                                   {"permissions", Json::array({allowed.begin(), allowed.end()})},
                                   {"roles", std::move(held)}}));
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
