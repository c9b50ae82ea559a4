// GET /auth/session-settings: what a client should know of time-outs.
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route auth_session_settings_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/auth/session-settings", "After how long a session or a password ends",
                     api::Policy::signed_in().while_forced());
    route.tag = "auth";
    route.replies = {
        {200, "minutes without a request, and days of a password; 0: never",
         api::object_schema("SessionSettings", {{"session_timeout_minutes", api::integer_schema(0), true},
                                                {"password_max_age_days", api::integer_schema(0), true}})}};
    route.handle = [&rules = backend.rules](const api::Call&) {
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(rules.idle).count();
        return api::json_reply(
            200, Json::object({{"session_timeout_minutes", int64_t(minutes)},
                               {"password_max_age_days", int64_t(rules.password_max_age.count())}}));
    };
    return route;
}

}  // namespace logbook::backend
