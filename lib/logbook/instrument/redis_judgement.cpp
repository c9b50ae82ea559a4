// What an operator should make of Redis' figures.
#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/instrument/redis_stats.h"

namespace logbook::instrument {
namespace {

Level above(double value, double warn, double fail) {
    return value >= fail ? Level::fail : value >= warn ? Level::warn : Level::ok;
}

double percent(double part, double whole) {
    return whole > 0 ? 100 * part / whole : 0;
}

std::string bytes(int64_t count) {
    return human_bytes(uint64_t(std::max<int64_t>(count, 0)));
}

// ---- one figure each

Judgement judge_memory(const RedisReading& reading, int64_t container_limit, const RedisThresholds& t) {
    const int64_t used = reading.info.number("used_memory").value_or(0),
                  resident = reading.info.number("used_memory_rss").value_or(0),
                  most = reading.info.number("maxmemory").value_or(0);
    const std::string policy = printable(reading.info.text("maxmemory_policy"), 40);
    Judgement one{"memory", Level::ok, {}, {}, {}, {}, t.memory_warn, t.memory_fail};
    if (most > 0) {
        one.value = percent(double(used), double(most));
        one.figure = fmt::format("{} of {} ({:.0f} %), {}", bytes(used), bytes(most), *one.value, policy);
        const Level level = above(*one.value, t.memory_warn, t.memory_fail);
        // A full cache that makes room is at work as it should be.
        if (policy == "noeviction") one.level = level;
        if (one.level == Level::fail) {
            one.meaning = "it refuses writes (OOM) when it is full, since its policy is noeviction";
            one.next = "raise maxmemory, or choose a policy: maxmemory-policy allkeys-lru";
        } else if (one.level == Level::warn) {
            one.meaning = "it will refuse writes when it is full, since its policy is noeviction";
            one.next = "logbookctl redis memory";
        }
    } else {
        one.figure = fmt::format("{}, no limit of its own", bytes(used));
    }
    if (container_limit > 0) {
        const double share = percent(double(std::max(used, resident)), double(container_limit));
        one.figure += fmt::format("; {:.0f} % of its container's {}", share, bytes(container_limit));
        const Level level = above(share, t.memory_warn, t.memory_fail);
        if (level > one.level) {
            one.level = level;
            one.value = share;
            one.meaning = "the kernel ends it when it passes its container's limit";
            one.next = "set maxmemory to three quarters of the container's limit";
        }
    } else if (most == 0) {
        one.warn = one.fail = std::nullopt;
    }
    return one;
}

Judgement judge_hit_rate(const RedisReading& reading, const RedisThresholds& t) {
    const auto counted_up = [&](std::string_view name) {
        return std::clamp<int64_t>(reading.info.number(name).value_or(0), 0, INT64_MAX / 2);
    };
    const int64_t hits = counted_up("keyspace_hits"), misses = counted_up("keyspace_misses");
    Judgement one{"hit_rate", Level::unjudged, {}, {}, {}, {}, t.hit_rate_warn, t.hit_rate_fail};
    one.low_is_bad = true;
    if (hits + misses == 0) {
        one.figure = "nothing was looked up yet";
        return one;
    }
    one.value = percent(double(hits), double(hits) + double(misses));
    one.figure = fmt::format("{:.1f} % of {} lookups", *one.value, hits + misses);
    if (hits + misses < t.fewest_lookups) {
        one.figure += " (too few to judge)";
        return one;
    }
    one.level = *one.value < t.hit_rate_fail   ? Level::fail
                : *one.value < t.hit_rate_warn ? Level::warn
                                               : Level::ok;
    if (one.level != Level::ok) {
        one.meaning = "most of what is asked for is not there: evicted, expired, or never stored";
        one.next = "logbookctl redis stats --watch";
    }
    return one;
}

Judgement judge_evictions(const RedisReading& reading) {
    const int64_t evicted = reading.info.number("evicted_keys").value_or(0);
    Judgement one{"evictions", Level::ok, fmt::format("{} since its start", evicted), {}, {}, double(evicted),
                  {},          {}};
    if (evicted > 0) {
        one.level = Level::warn;
        one.meaning = "it was full and threw keys away; rate limits and sessions in them are forgotten";
        one.next = "logbookctl redis memory";
    }
    return one;
}

Judgement judge_fragmentation(const RedisReading& reading, const RedisThresholds& t) {
    const auto ratio = reading.info.decimal("mem_fragmentation_ratio");
    Judgement one{"fragmentation", Level::unjudged,      "not told",          {}, {},
                  ratio,           t.fragmentation_warn, t.fragmentation_fail};
    if (!ratio) return one;
    one.figure = fmt::format("{:.2f}", *ratio);
    if (reading.info.number("used_memory").value_or(0) < t.fragmentation_least) {
        one.figure += " (too little in use to judge)";
        return one;
    }
    one.level = above(*ratio, t.fragmentation_warn, t.fragmentation_fail);
    if (one.level != Level::ok) {
        one.meaning = "it holds far more memory than its data takes";
        one.next = "redis-cli CONFIG SET activedefrag yes, or a restart at a quiet hour";
    } else if (*ratio < 1) {
        one.level = Level::warn;
        one.meaning = "part of it has been swapped out: every access to that part is slow";
    }
    return one;
}

Judgement judge_clients(const RedisReading& reading, const RedisThresholds& t) {
    const int64_t clients = reading.info.number("connected_clients").value_or(0),
                  most = reading.info.number("maxclients").value_or(0);
    Judgement one{"clients",      Level::ok,     {}, {}, {}, percent(double(clients), double(most)),
                  t.clients_warn, t.clients_fail};
    one.figure = most > 0 ? fmt::format("{} of {}", clients, most) : std::to_string(clients);
    if (const int64_t blocked = reading.info.number("blocked_clients").value_or(0); blocked > 0)
        one.figure += fmt::format(", {} blocked on purpose (BLPOP and the like)", blocked);
    one.level = above(*one.value, t.clients_warn, t.clients_fail);
    if (one.level != Level::ok) one.meaning = "further clients are refused at its limit (maxclients)";
    return one;
}

Judgement judge_rejected(const RedisReading& reading) {
    const int64_t rejected = reading.info.number("rejected_connections").value_or(0);
    Judgement one{
        "rejected", Level::ok, fmt::format("{} since its start", rejected), {}, {}, double(rejected), {}, {}};
    if (rejected > 0) {
        one.level = Level::warn;
        one.meaning = "clients were refused, since maxclients was reached";
        one.next = "redis-cli CLIENT LIST shows who holds connections";
    }
    return one;
}

Judgement judge_persistence(const RedisReading& reading) {
    const std::string saved = reading.info.text("rdb_last_bgsave_status"),
                      appended = reading.info.text("aof_last_write_status"),
                      rewritten = reading.info.text("aof_last_bgrewrite_status");
    Judgement one{"persistence", Level::ok, {}, {}, {}, {}, {}, {}};
    const bool append_on = reading.info.text("aof_enabled") == "1";
    one.figure = fmt::format("last save {}{}", saved.empty() ? "not told" : printable(saved, 8),
                             append_on ? ", append log " + printable(appended, 8) : ", no append log");
    if (const auto changes = reading.info.number("rdb_changes_since_last_save"))
        one.figure += fmt::format(", {} since", counted(size_t(std::max<int64_t>(*changes, 0)), "change"));
    if (saved == "err" || appended == "err" || rewritten == "err") {
        one.level = Level::fail;
        one.meaning = saved == "err" ? "its last save failed: it refuses writes (MISCONF) while that lasts"
                                     : "its append log cannot be written";
        one.next =
            "its log tells why; mostly the disk is full, or its folder is not its own: logbookctl doctor";
    } else if (reading.info.text("loading") == "1") {
        one.level = Level::warn;
        one.meaning = "it still reads its data from disk, and answers LOADING";
    }
    return one;
}

Judgement judge_replication(const RedisReading& reading) {
    const std::string role = printable(reading.info.text("role"), 16);
    Judgement one{"replication", Level::ok, role, {}, {}, {}, {}, {}};
    if (role == "master") {
        one.figure = fmt::format(
            "master of {}", counted(size_t(reading.info.number("connected_slaves").value_or(0)), "replica"));
    } else if (role == "slave") {
        const bool up = reading.info.text("master_link_status") == "up";
        one.figure =
            fmt::format("replica of {}:{}, link {}", printable(reading.info.text("master_host"), 120),
                        printable(reading.info.text("master_port"), 8), up ? "up" : "down");
        one.level = Level::fail;
        one.meaning = up ? "it is a replica: it refuses the application's writes (READONLY)"
                         : "it is a replica of a master that does not answer, and refuses writes (READONLY)";
        one.next = "redis-cli REPLICAOF NO ONE, when nobody made it a replica on purpose";
    }
    return one;
}

Judgement judge_errors(const RedisReading& reading) {
    Judgement one{"errors", Level::ok, "none", {}, {}, {}, {}, {}};
    constexpr size_t most_kinds = 8;
    const auto errors = errors_of(reading.info);
    std::vector<std::string> parts;
    uint64_t all = 0, grave = 0;
    for (const auto& [code, count] : errors) {
        if (parts.size() < most_kinds) parts.push_back(fmt::format("{} {}", printable(code, 20), count));
        all += count;
        if (code == "OOM" || code == "MISCONF" || code == "NOAUTH" || code == "WRONGPASS" ||
            code == "READONLY" || code == "NOPERM")
            grave += count;
    }
    if (parts.empty()) return one;
    one.value = double(all);
    one.figure = join(parts, ", ");
    if (errors.size() > parts.size())
        one.figure += fmt::format(" and {} kinds more", errors.size() - parts.size());
    one.figure += " since its start";
    if (grave > 0) {
        one.level = Level::warn;
        one.meaning =
            "clients were refused: by password or rights (NOAUTH, WRONGPASS, NOPERM), by memory (OOM), by a "
            "failed save (MISCONF) or as a replica (READONLY)";
    }
    return one;
}

Judgement judge_slow(const RedisReading& reading) {
    Judgement one{"slow_log", Level::unjudged, "not told", {}, {}, {}, {}, {}};
    if (!reading.slow_commands) return one;
    one.value = double(*reading.slow_commands);
    one.level = Level::ok;
    one.figure = fmt::format("{} in its slow log",
                             counted(size_t(std::max<int64_t>(*reading.slow_commands, 0)), "command"));
    return one;
}

Judgement judge_keyspace(const RedisReading& reading) {
    Judgement one{"keyspace", Level::ok, "empty", {}, {}, {}, {}, {}};
    std::vector<std::string> parts;
    for (const Keyspace& space : keyspace_of(reading.info))
        parts.push_back(fmt::format("db{}: {}, {:.0f} % of them expire", space.number,
                                    counted(size_t(space.keys), "key"),
                                    percent(double(space.expires), double(space.keys))));
    if (!parts.empty()) one.figure = join(parts, "; ");
    return one;
}

}  // namespace

std::vector<Judgement> judge_redis(const RedisReading& reading, int64_t container_limit,
                                   const RedisThresholds& thresholds) {
    return {judge_memory(reading, container_limit, thresholds),
            judge_evictions(reading),
            judge_hit_rate(reading, thresholds),
            judge_fragmentation(reading, thresholds),
            judge_clients(reading, thresholds),
            judge_rejected(reading),
            judge_persistence(reading),
            judge_replication(reading),
            judge_errors(reading),
            judge_slow(reading),
            judge_keyspace(reading)};
}

}  // namespace logbook::instrument
