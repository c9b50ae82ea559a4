// GET /health/redis: the cache alone.
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route health_redis_route(const Backend& backend) {
    api::Route route;
    route.method = "GET";
    route.path = "/health/redis";
    route.summary = "Whether the cache answers a PING";
    route.replies = {{200, "it does"}, {503, "it does not; `error` says why"}};
    route.handle = [&clock = backend.clock, check = backend.readiness.cache](const api::Call&) {
        return component_reply(clock, check());
    };
    return route;
}

}  // namespace logbook::backend
