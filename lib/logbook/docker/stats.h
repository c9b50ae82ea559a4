// Resource use of a container: what one reading of the engine says, and what two readings make of it.
// Computed the way the docker CLI does.
#pragma once

#include <cstdint>
#include <optional>

#include "logbook/base/clock.h"
#include "logbook/base/json.h"

namespace logbook::docker {

// The counters at one moment. Bytes, nanoseconds.
struct StatsReading {
    std::optional<WallTime> at;
    uint64_t cpu = 0;     // used by the container since it started
    uint64_t system = 0;  // passed on all processors of the machine; 0: unknown
    uint32_t processors = 0;
    uint64_t memory = 0;              // page cache that can be given back is subtracted
    uint64_t memory_limit = 0;        // the machine's memory where the container has none; 0: unknown
    uint64_t received = 0, sent = 0;  // all networks
    uint64_t block_read = 0, block_write = 0;
    uint64_t processes = 0;
};

// What an operator wants to see.
struct Usage {
    double cpu_percent = 0;  // 100 is one whole processor
    uint64_t memory = 0, memory_limit = 0;
    double memory_percent = 0;  // 0 where the limit is unknown
    uint64_t received = 0, sent = 0, block_read = 0, block_write = 0;
    uint64_t processes = 0;
};

// Pure, for any JSON. Fails with `unsupported` for a container that does not run (the engine answers with
// zeros), with `protocol` for what is no statistics.
LOGBOOK_EXPORT Result<StatsReading> parse_stats(const Json& document);

// The reading that the engine itself took one second before (`precpu_stats`); nothing where it took none.
LOGBOOK_EXPORT std::optional<StatsReading> parse_previous(const Json& document);

// Counters that ran backwards (the container was restarted in between) count as no use.
LOGBOOK_EXPORT Usage usage_between(const StatsReading& before, const StatsReading& after);

}  // namespace logbook::docker
