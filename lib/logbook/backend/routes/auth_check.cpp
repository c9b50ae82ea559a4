// GET /auth/check: whether the caller has signed in, and as whom.
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route auth_check_route(const Backend&) {
    api::Route route("GET", "/api/v1/auth/check", "Whether the caller has signed in",
                     api::Policy::signed_in());
    route.tag = "auth";
    route.replies = {{200, "signed in",
                      api::object_schema("AuthCheck", {{"authenticated", api::boolean_schema(), true},
                                                       {"user_id", api::uuid_schema(), true},
                                                       {"username", api::text_schema(), true}})}};
    route.handle = [](const api::Call& call) {
        return api::json_reply(200, Json::object({{"authenticated", true},
                                                  {"user_id", call.principal->user},
                                                  {"username", call.principal->username}}));
    };
    return route;
}

}  // namespace logbook::backend
