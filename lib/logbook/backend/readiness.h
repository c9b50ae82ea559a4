// Whether what the backend stands on is there: its database, and its cache.
#pragma once

#include <memory>
#include <optional>
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

// One of the two. Thread-safe; may be asked by many at once.
class LOGBOOK_EXPORT ComponentCheck {
  public:
    virtual ~ComponentCheck() = default;
    // Never older than a second. Past the deadline: not ready, "no answer in time".
    virtual ComponentHealth ask(Deadline deadline) = 0;
    // Sets a check going that ask() may take its answer from; never waits.
    virtual void begin() {}
    // What is known and no older; never waits.
    virtual std::optional<ComponentHealth> at_hand(Millis /*oldest*/) { return std::nullopt; }
};

struct Readiness {
    std::shared_ptr<ComponentCheck> database, cache;
    Millis budget{2000};  // of each call
};

// One real check: connect and `SELECT 1`, or connect and PING.
LOGBOOK_EXPORT Status check_database(const net::SqlConnector& connector, const net::SqlEndpoint& endpoint,
                                     Deadline deadline);
LOGBOOK_EXPORT Status check_cache(const net::RedisConnector& connector, const net::RedisEndpoint& endpoint,
                                  Deadline deadline);

// What a failure is called in public: "the credentials are refused (1045)".
LOGBOOK_EXPORT std::string safe_words(const Error& error);

// The real checks, each at most once at a time however many ask. The connectors must outlive them.
LOGBOOK_EXPORT Readiness make_readiness(const net::SqlConnector& sql, net::SqlEndpoint database,
                                        const net::RedisConnector& redis, net::RedisEndpoint cache,
                                        Millis budget = Millis(2000));

}  // namespace logbook::backend
