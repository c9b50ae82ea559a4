// One timed reading of the application's Redis: how far a connection comes, and INFO's few lines that matter.
// Read-only: AUTH, PING, INFO.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "logbook/net/redis_session.h"

namespace logbook::probe {

// The steps of reaching a cache, in their order.
enum class CacheStage { name, connect, greeting, login, ready };
LOGBOOK_EXPORT std::string_view name_of(CacheStage stage);

struct CacheReading {
    std::string host;
    uint16_t port = 0;
    std::string way;  // how it was reached, where that is not host and port themselves
    Millis took{0};

    // `ready`, or the step that failed, with its failure.
    CacheStage stage = CacheStage::ready;
    std::optional<Error> failure;

    std::string version, eviction_policy;
    std::string role;                                 // "master", "slave"
    std::string master;                               // of a replica: "10.0.0.7:6379"
    std::string master_link;                          // of a replica: "up", "down"
    bool read_only = false;                           // a replica that takes no writes
    std::optional<int64_t> used_memory, most_memory;  // bytes; most_memory 0: no limit
    std::string last_save, last_append;               // "ok" or "err"; empty when INFO did not tell
    bool loading = false;                             // the data set is still being read from disk
    // Since its start, each absent where INFO does not tell.
    std::optional<int64_t> hits, misses, evicted;
    std::optional<int64_t> clients, most_clients, rejected;  // connections; rejected for want of room
};

// Whether it turned us away because every connection is taken. Pure.
LOGBOOK_EXPORT bool no_connection_left(const Error& error);

// Never longer than `deadline`. Thread-safe.
LOGBOOK_EXPORT CacheReading read_cache(const net::RedisConnector& redis, const net::RedisEndpoint& endpoint,
                                       const Clock& clock, Deadline deadline);

}  // namespace logbook::probe
