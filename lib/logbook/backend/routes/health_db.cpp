// GET /health/db: the database alone.
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Reply component_reply(const Clock& clock, const ComponentHealth& health) {
    Json body = Json::object({{"status", health.ready ? "healthy" : "unhealthy"},
                              {"timestamp", iso8601(clock.wall())},
                              {"latency_ms", int64_t(health.latency.count())}});
    if (!health.ready) body.set("error", health.error);
    return api::json_reply(health.ready ? 200 : 503, body);
}

api::Schema component_schema() {
    using namespace api;
    return object_schema("ComponentHealth", {{"status", word_schema({"healthy", "unhealthy"}), true},
                                             {"timestamp", time_schema(), true},
                                             {"latency_ms", integer_schema(0), true},
                                             {"error", text_schema()}});
}

api::Route health_db_route(const Backend& backend) {
    api::Route route("GET", "/health/db", "Whether the database answers a query", api::Policy::everyone());
    route.tag = "health";
    route.replies = {{200, "it does", component_schema()},
                     {503, "it does not; `error` says why", component_schema()}};
    route.handle = [&clock = backend.clock, readiness = backend.readiness](const api::Call&) {
        return component_reply(clock, readiness.database->ask(Deadline::in(readiness.budget)));
    };
    return route;
}

}  // namespace logbook::backend
