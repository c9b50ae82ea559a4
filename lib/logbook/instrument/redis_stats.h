// One reading of Redis with what INFO leaves out, its judgement, and what happened between two readings.
// Read-only: INFO, SLOWLOG LEN, CONFIG GET maxmemory (INFO tells it since 4).
#pragma once

#include "logbook/instrument/judgement.h"
#include "logbook/instrument/redis_info.h"
#include "logbook/net/redis_session.h"

namespace logbook::instrument {

struct RedisReading {
    RedisInfo info;
    std::optional<int64_t> slow_commands;  // in the slow log now
    std::vector<std::string> missing;      // what this login or server does not tell
    size_t commands = 0;                   // that were sent for it
    WallTime at{};
};

// How long the server has run; never negative, held to three centuries. Pure.
LOGBOOK_EXPORT Millis uptime_of(const RedisInfo& info);

// INFO everything, else all, else the plain one. A command that is renamed away or forbidden is named in
// `missing`; only INFO itself may make it fail.
LOGBOOK_EXPORT Result<RedisReading> read_redis(net::RedisSession& session, const Clock& clock,
                                               Deadline deadline);

struct RedisThresholds {
    double memory_warn = 80, memory_fail = 95;    // percent of the limit
    double clients_warn = 80, clients_fail = 95;  // percent of maxclients
    double fragmentation_warn = 1.5, fragmentation_fail = 3;
    double hit_rate_warn = 80, hit_rate_fail = 50;  // percent, below
    int64_t fewest_lookups = 1000;                  // less say nothing of a hit rate
    int64_t fragmentation_least = 64 << 20;         // bytes in use; of less the ratio says nothing
};

// `container_limit`: bytes of memory that its container may use; 0: none, or not known. Pure.
LOGBOOK_EXPORT std::vector<Judgement> judge_redis(const RedisReading& reading, int64_t container_limit,
                                                  const RedisThresholds& thresholds = {});

// What happened from one reading to a later one, each a second. Nothing when the server was restarted between
// them, or no time passed. Pure.
struct RedisRates {
    double seconds = 0;
    double commands = 0, connections = 0, hits = 0, misses = 0, expired = 0, evicted = 0, rejected = 0,
           errors = 0;
    double received = 0, sent = 0;   // bytes
    std::optional<double> hit_rate;  // percent, of what was looked up between them
};
LOGBOOK_EXPORT std::optional<RedisRates> rates_between(const RedisReading& before, const RedisReading& after);

}  // namespace logbook::instrument
