// The written list of The Logbook's own endpoints: one file each.
#pragma once

#include <vector>

#include "logbook/api/route.h"
#include "logbook/backend/readiness.h"

namespace logbook::backend {

// What the endpoints stand on. Everything in it must outlive the routes.
struct Backend {
    const Clock& clock;
    Readiness readiness;
};

api::Route health_route(const Backend& backend);
api::Route health_db_route(const Backend& backend);
api::Route health_redis_route(const Backend& backend);

LOGBOOK_EXPORT std::vector<api::Route> all_routes(const Backend& backend);

// The body of one component's endpoint: {"status", "timestamp", "latency_ms", "error"?}, 200 or 503.
api::Reply component_reply(const Clock& clock, const ComponentHealth& health);

}  // namespace logbook::backend
