// Whether what the backend stands on is there: its database, and its cache.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "logbook/base/clock.h"
#include "logbook/net/redis_session.h"
#include "logbook/net/sql_session.h"

namespace logbook::backend {

struct ComponentHealth {
    bool ready = false;
    Millis latency{0};
    std::string error;  // safe words: no host, user, password or server text
};

// Each is bounded in time and thread-safe, may be called by many at once, and tells nothing older than a
// second.
struct Readiness {
    std::function<ComponentHealth()> database;
    std::function<ComponentHealth()> cache;
};

// One real check: connect and `SELECT 1`, or connect and PING.
LOGBOOK_EXPORT Status check_database(const net::SqlConnector& connector, const net::SqlEndpoint& endpoint,
                                     Deadline deadline);
LOGBOOK_EXPORT Status check_cache(const net::RedisConnector& connector, const net::RedisEndpoint& endpoint,
                                  Deadline deadline);

// What a failure is called in public: "the credentials are refused (1045)".
LOGBOOK_EXPORT std::string safe_words(const Error& error);

// The real checks, each at most once at a time however many ask. `budget` bounds each call. The connectors
// must outlive the functions.
LOGBOOK_EXPORT Readiness make_readiness(const net::SqlConnector& sql, net::SqlEndpoint database,
                                        const net::RedisConnector& redis, net::RedisEndpoint cache,
                                        Millis budget = Millis(2000));

}  // namespace logbook::backend
