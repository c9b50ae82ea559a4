// GET /users/{id}/with-roles: one member's page.
#include "logbook/backend/call_audit.h"
#include "logbook/backend/member_route.h"

namespace logbook::backend {

api::Route users_get_with_roles_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/users/{user_id}/with-roles", "One member with his roles",
                     api::Policy::self_or("user_id", {"users.view", "members.view", "members.manage"}));
    route.tag = "users";
    route.params = {user_id_param()};
    route.replies = {
        {200, "the member; private data only for himself and who may manage members", profile_schema()},
        {404, "no such member in this organization"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        const std::string user(call.param("user_id"));
        // Who looked at whose private data must be found again later: so this reading is written down.
        auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
            auto reply = profile_reply(database, *call.principal, user);
            if (!reply || reply->status >= 400) return reply;
            const bool discloses =
                call.principal->user != user && call.principal->permissions.has("members.manage");
            AuditEvent event = event_of(call, backend.rules, "user_viewed", "user_management");
            event.data = Json::object({{"viewed_user_id", user}, {"restricted_pii_disclosed", discloses}});
            database.audit(std::move(event));
            return reply;
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
