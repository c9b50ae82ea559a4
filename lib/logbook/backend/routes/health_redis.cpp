// GET /health/redis: the cache alone.
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route health_redis_route(const Backend& backend) {
    api::Route route("GET", "/health/redis", "Whether the cache answers a PING", api::Policy::everyone());
    route.tag = "health";
    route.replies = {{200, "it does", component_schema()},
                     {503, "it does not; `error` says why", component_schema()}};
    route.handle = [&clock = backend.clock, readiness = backend.readiness](const api::Call&) {
        return component_reply(clock, readiness.cache->ask(Deadline::in(readiness.budget)));
    };
    return route;
}

}  // namespace logbook::backend
