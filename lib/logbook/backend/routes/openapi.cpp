// GET /openapi.json: the description of every route that is served, made of the routes themselves.
#include "logbook/api/openapi.h"
#include "logbook/backend/routes.h"
#include "logbook/base/version.h"

namespace logbook::backend {

api::Route openapi_route(const std::vector<api::Route>& described) {
    const api::DocumentInfo info{"The Logbook", std::string(version()),
                                 "The API of The Logbook, a fire department's intranet. Sign in with POST "
                                 "/api/v1/auth/login; the session is in cookies."};
    const api::Reply document = api::json_reply(200, api::openapi_document(described, info));
    api::Route route("GET", "/openapi.json", "This API's description in OpenAPI", api::Policy::everyone());
    route.cost = api::Cost::cheap;
    route.documented = false;
    route.replies = {{200, "the document"}};
    route.handle = [document](const api::Call&) { return document; };
    return route;
}

}  // namespace logbook::backend
