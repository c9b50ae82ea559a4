// GET /health: the verdict over all components, and which of them failed.
#include <future>

#include "logbook/backend/routes.h"

namespace logbook::backend {
namespace {

Json check_of(const ComponentHealth& health) {
    Json check = Json::object({{"status", health.ready ? "healthy" : "unhealthy"},
                               {"latency_ms", int64_t(health.latency.count())}});
    if (!health.ready) check.set("error", health.error);
    return check;
}

api::Reply judge(const Clock& clock, const ComponentHealth& database, const ComponentHealth& cache) {
    // The application cannot serve without its database; without its cache it serves with less.
    const char* status = !database.ready ? "unhealthy" : !cache.ready ? "degraded" : "healthy";
    return api::json_reply(database.ready ? 200 : 503,
                           Json::object({{"status", status},
                                         {"ready", true},
                                         {"timestamp", iso8601(clock.wall())},
                                         {"checks", Json::object({{"database", check_of(database)},
                                                                  {"redis", check_of(cache)}})}}));
}

}  // namespace

api::Route health_route(const Backend& backend) {
    api::Route route("GET", "/health", "Whether the application and what it stands on are well",
                     api::Policy::everyone());
    route.tag = "health";
    route.cost = api::Cost::vital;
    route.replies = {{200, "healthy, or degraded while only the cache is away"},
                     {503, "unhealthy: the database is away"}};
    route.handle = [&clock = backend.clock, readiness = backend.readiness](const api::Call&) {
        auto cache = std::async(std::launch::async, readiness.cache);  // the slower of the two, not their sum
        const ComponentHealth database = readiness.database();
        return judge(clock, database, cache.get());
    };
    return route;
}

}  // namespace logbook::backend
