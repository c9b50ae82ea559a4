// The written list of The Logbook's own endpoints: one file each.
#pragma once

#include <vector>

#include "logbook/api/route.h"
#include "logbook/backend/database.h"
#include "logbook/backend/rate_limit.h"
#include "logbook/backend/readiness.h"
#include "logbook/backend/rules.h"

namespace logbook::backend {

// What the endpoints stand on. Everything in it must outlive the routes; all of it is thread-safe.
struct Backend {
    const Clock& clock;
    Readiness readiness;
    const Rules& rules;
    Database& database;
    RateLimiter& limiter;
};

api::Route health_route(const Backend& backend);
api::Route health_db_route(const Backend& backend);
api::Route health_redis_route(const Backend& backend);

LOGBOOK_EXPORT std::vector<api::Route> all_routes(const Backend& backend);

// The body of one component's endpoint: {"status", "timestamp", "latency_ms", "error"?}, 200 or 503.
api::Reply component_reply(const Clock& clock, const ComponentHealth& health);

}  // namespace logbook::backend
