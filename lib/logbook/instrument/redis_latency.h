// How long Redis takes to answer, as measured from here, and what it says of its own delays. Read-only: PING,
// LATENCY LATEST, SLOWLOG GET, CONFIG GET.
#pragma once

#include "logbook/instrument/redis_stats.h"

namespace logbook::instrument {

using Micros = std::chrono::microseconds;

// One bar of a histogram: so many from the bar before up to `below`.
struct LatencyBar {
    Micros below{0};
    size_t count = 0;
};

struct LatencySummary {
    size_t samples = 0;
    Micros least{0}, p50{0}, p95{0}, p99{0}, most{0};
    std::vector<LatencyBar> bars;  // from the first to the last that counts any; limits 1, 2, 5, 10 …
};
// Pure. A percentile is the smallest sample that as many are not above.
LOGBOOK_EXPORT LatencySummary summarize(std::vector<Micros> samples);

// A kind of delay that the server noted by itself.
struct LatencyEvent {
    std::string name;  // "fork", "aof-fsync-always", "command"
    WallTime at{};
    Millis latest{0}, longest{0};
};
// What that kind means and what helps; empty for one that is not known. Pure.
LOGBOOK_EXPORT std::string meaning_of_event(std::string_view name);

// An entry of the slow log, without the command's arguments: they are members' data.
struct SlowCommand {
    int64_t id = 0;
    WallTime at{};
    Micros took{0};
    std::string command;  // "KEYS"
    size_t arguments = 0;
};

struct LatencyReading {
    LatencySummary round_trip;  // of PING, from here and back; no samples: not measured
    LatencySummary own;         // pauses of this machine while nothing was asked
    std::vector<LatencyEvent> events;
    std::vector<SlowCommand> slow;                                  // newest first
    std::map<std::string, std::map<std::string, double>> commands;  // {"get": {"p50": 1.0}}, in µs
    std::optional<int64_t> monitor_threshold;  // ms from which on events are noted; 0: never
    Micros latest_fork{0};
    std::vector<std::string> missing;
    size_t asked = 0;  // commands sent
};

struct LatencyOptions {
    size_t samples = 1000;
    Millis longest{3000};  // for the samples
    Millis own{200};       // for this machine's own pauses
    bool measure = true;   // false: the way to it says nothing of it
};
LOGBOOK_EXPORT Result<LatencyReading> read_latency(net::RedisSession& session, const Clock& clock,
                                                   const LatencyOptions& options, Deadline deadline);

// Both pure, for any reply.
LOGBOOK_EXPORT std::vector<LatencyEvent> parse_latency_latest(const net::RedisReply& reply);
LOGBOOK_EXPORT std::vector<SlowCommand> parse_slow_log(const net::RedisReply& reply);

}  // namespace logbook::instrument
