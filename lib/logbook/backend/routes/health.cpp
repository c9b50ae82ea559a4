// GET /health: the verdict over all components, and which of them failed.
#include "logbook/backend/routes.h"
#include "logbook/backend/shared_check.h"

namespace logbook::backend {
namespace {

// How much older an answer may become between the word that it is at hand and its use.
constexpr Millis promise{20};

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

api::Schema health_schema() {
    using namespace api;
    const Schema check =
        object_schema("HealthCheck", {{"status", word_schema({"healthy", "unhealthy"}), true},
                                      {"latency_ms", integer_schema(0), true},
                                      {"error", text_schema()}});
    return object_schema(
        "Health",
        {{"status", word_schema({"healthy", "degraded", "unhealthy"}), true},
         {"ready", boolean_schema(), true},
         {"timestamp", time_schema(), true},
         {"checks", object_schema("HealthChecks", {{"database", check, true}, {"redis", check, true}}),
          true}});
}

}  // namespace

api::Route health_route(const Backend& backend) {
    api::Route route("GET", "/health", "Whether the application and what it stands on are well",
                     api::Policy::everyone());
    route.tag = "health";
    route.cost = api::Cost::vital;
    route.replies = {{200, "healthy, or degraded while only the cache is away", health_schema()},
                     {503, "unhealthy: the database is away", health_schema()}};
    route.handle = [&clock = backend.clock, readiness = backend.readiness](const api::Call&) {
        const auto known_database = readiness.database->at_hand(health_reuse + promise),
                   known_cache = readiness.cache->at_hand(health_reuse + promise);
        if (known_database && known_cache) return judge(clock, *known_database, *known_cache);
        const Deadline deadline = Deadline::in(readiness.budget);
        readiness.database->begin();  // the slower of the two, not their sum
        readiness.cache->begin();
        const ComponentHealth database = readiness.database->ask(deadline);
        return judge(clock, database, readiness.cache->ask(deadline));
    };
    route.at_hand = [readiness = backend.readiness] {
        return readiness.database->at_hand(health_reuse) && readiness.cache->at_hand(health_reuse);
    };
    return route;
}

}  // namespace logbook::backend
