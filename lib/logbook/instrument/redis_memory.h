// What fills Redis, by a sample of its keys. Read-only and bounded: SCAN, TYPE, PTTL, MEMORY USAGE, DBSIZE;
// never KEYS or MONITOR, which would stop or slow the server.
#pragma once

#include "logbook/instrument/redis_stats.h"

namespace logbook::instrument {

struct KeySample {
    std::string name, type;
    uint64_t bytes = 0;
    std::optional<Millis> ttl;  // nothing: it never expires
};

// Keys that are the same but for what differs from one to the next.
struct KeyGroup {
    std::string prefix;  // "rate_limit:auth:login:*"
    size_t keys = 0;     // of the sample
    uint64_t bytes = 0, largest = 0;
    size_t without_ttl = 0;
    std::map<std::string, size_t> types;
};

struct MemoryReading {
    uint64_t keys = 0;               // that there are
    bool whole = false;              // each of them was looked at
    std::vector<KeySample> largest;  // at most `top`, the largest first
    std::vector<KeyGroup> groups;    // most bytes first
    size_t sampled = 0;
    uint64_t sampled_bytes = 0;
    std::optional<int64_t> used, dataset,
        most;  // bytes in all; of keys and values; maxmemory, 0 for no limit
    std::string policy;
    std::vector<std::string> missing;
    size_t asked = 0;
};

struct MemoryBudget {
    size_t keys = 2000;    // that are looked at
    Millis longest{5000};  // for all of it
    size_t top = 10;
    int database = 0;
};
// Fails where SCAN or MEMORY USAGE is renamed away or forbidden (`unsupported`, `auth`).
LOGBOOK_EXPORT Result<MemoryReading> read_memory(net::RedisSession& session, const Clock& clock,
                                                 const MemoryBudget& budget, Deadline deadline);

// The name with `*` for every part between colons that looks like a value: digits, an address, an id,
// anything long. What stands in such a part may be a token or a member's mail. Pure.
LOGBOOK_EXPORT std::string key_prefix(std::string_view name);

// Pure; most bytes first.
LOGBOOK_EXPORT std::vector<KeyGroup> group_keys(const std::vector<KeySample>& samples);

}  // namespace logbook::instrument
