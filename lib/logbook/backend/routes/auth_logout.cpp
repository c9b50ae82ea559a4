// POST /auth/logout: the end of the session that asks for it.
#include "logbook/api/errors.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/sign_in_tokens.h"
#include "logbook/backend/store/sessions.h"

namespace logbook::backend {

api::Route auth_logout_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/auth/logout", "End this session",
                     api::Policy::signed_in().while_forced());
    route.tag = "auth";
    route.replies = {{200, "the session is gone, and its cookies with it",
                      api::object_schema("Message", {{"message", api::text_schema(), true}})},
                     {400, "the session was gone already"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
            const auto gone = delete_session(database, call.principal->session);
            if (!gone) return fail(gone.error());
            if (!*gone) return api::error_reply(400, "The session is not known");
            database.audit(event_of(call, backend.rules, "logout", "authentication"));
            api::Reply reply = api::json_reply(200, Json::object({{"message", "Successfully logged out"}}));
            clear_cookies(reply, backend.rules);
            return reply;
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
