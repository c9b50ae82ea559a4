// GET /auth/me: who has signed in.
#include "logbook/api/errors.h"
#include "logbook/backend/current_user.h"
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route auth_me_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/auth/me", "The account that has signed in, with its permissions",
                     api::Policy::signed_in().while_forced());
    route.tag = "auth";
    route.replies = {{200, "the account", current_user_schema()}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        auto done = backend.database.read([&](Connection& database) -> Result<api::Reply> {
            const auto user =
                current_user(database, backend.rules, call.principal->user, backend.clock.wall());
            if (!user && user.error().code == ErrorCode::not_found)
                return api::unauthorized_reply("LB-AUTH-002");
            if (!user) return fail(user.error());
            return api::json_reply(200, *user);
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
