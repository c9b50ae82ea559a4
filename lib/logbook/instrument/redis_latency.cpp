// Measuring, and reading what the server noted.
#include "logbook/instrument/redis_latency.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

using Reply = net::RedisReply;

constexpr std::string_view percentile_prefix = "latency_percentiles_usec_";

Micros percentile(const std::vector<Micros>& sorted, size_t percent) {
    const size_t rank = (sorted.size() * percent + 99) / 100;
    return sorted[std::max<size_t>(rank, 1) - 1];
}

// 1, 2, 5, 10, 20 … microseconds.
Micros next_limit(Micros limit) {
    auto leading = limit.count();
    while (leading >= 10) leading /= 10;
    return leading == 2 ? limit * 5 / 2 : limit * 2;
}

Micros since(const Clock& clock, std::chrono::steady_clock::time_point start) {
    return std::chrono::duration_cast<Micros>(clock.steady() - start);
}

// The longest pauses between two looks at the clock, with nothing in between.
LatencySummary own_pauses(const Clock& clock, Millis how_long) {
    std::vector<Micros> pauses;
    const auto begun = clock.steady();
    auto before = begun;
    while (before - begun < how_long && pauses.size() < 1'000'000) {
        const auto now = clock.steady();
        pauses.push_back(std::chrono::duration_cast<Micros>(now - before));
        before = now;
    }
    return summarize(std::move(pauses));
}

Status measure(net::RedisSession& session, const Clock& clock, const LatencyOptions& options,
               Deadline deadline, LatencyReading& reading) {
    std::vector<Micros> samples;
    const Deadline end = deadline.at_most(options.longest);
    while (samples.size() < options.samples && !end.passed()) {
        const auto start = clock.steady();
        const auto reply = session.command({"PING"}, deadline);
        samples.push_back(since(clock, start));
        ++reading.asked;
        if (!reply) return fail(reply.error());
        if (reply->is_error() && (contains(reply->text, "NOPERM") || contains(reply->text, "NOAUTH")))
            return fail(ErrorCode::auth, "Redis does not answer PING: " + printable(reply->text, 200));
    }
    reading.round_trip = summarize(std::move(samples));
    return {};
}

// The reply to a question that may be refused; that is named, and no failure.
Result<std::optional<Reply>> ask(net::RedisSession& session, const std::vector<std::string>& words,
                                 std::string_view what, Deadline deadline, LatencyReading& reading) {
    auto reply = session.command(words, deadline);
    ++reading.asked;
    if (!reply) return fail(reply.error());
    if (!reply->is_error()) return std::optional<Reply>(std::move(*reply));
    reading.missing.push_back(fmt::format("{} ({})", what, printable(reply->text, 120)));
    return std::optional<Reply>();
}

void take_commands(const RedisInfo& info, LatencyReading& reading) {
    const InfoSection* section = info.section("Latencystats");
    if (!section) return;
    for (const InfoField& field : section->fields) {
        if (field.name.compare(0, percentile_prefix.size(), percentile_prefix) != 0) continue;
        auto& command = reading.commands[field.name.substr(percentile_prefix.size())];
        for (const auto& [name, value] : parse_info_parts(field.value))
            command[name] = std::atof(value.c_str());
    }
}

}  // namespace

LatencySummary summarize(std::vector<Micros> samples) {
    LatencySummary summary;
    summary.samples = samples.size();
    if (samples.empty()) return summary;
    std::sort(samples.begin(), samples.end());
    summary.least = samples.front();
    summary.most = samples.back();
    summary.p50 = percentile(samples, 50);
    summary.p95 = percentile(samples, 95);
    summary.p99 = percentile(samples, 99);
    size_t at = 0;
    for (Micros limit{1}; at < samples.size(); limit = next_limit(limit)) {
        const size_t from = at;
        while (at < samples.size() && samples[at] < limit) ++at;
        if (at > from || !summary.bars.empty()) summary.bars.push_back({limit, at - from});
    }
    return summary;
}

std::string meaning_of_event(std::string_view name) {
    if (name == "fork")
        return "it copied itself to save in the background: with much data the copy stops it; less data, or "
               "saves at "
               "quiet hours";
    if (name == "command" || name == "fast-command")
        return "single commands took long: the slow log names them";
    if (name == "expire-cycle") return "many keys expired at one moment: spread their lifetimes";
    if (name == "eviction-cycle" || name == "eviction-del")
        return "it was full and looked for keys to throw away: raise maxmemory";
    if (name == "active-defrag-cycle") return "it tidied its memory: less often by active-defrag-cycle-max";
    if (name.substr(0, 3) == "aof" || name == "rdb-unlink-temp-file")
        return "its disk was slow while it wrote: a faster disk, or appendfsync everysec";
    if (name == "while-blocked-cron") return "a script or a load of data kept it from its other work";
    return {};
}

std::vector<LatencyEvent> parse_latency_latest(const Reply& reply) {
    std::vector<LatencyEvent> events;
    for (const Reply& item : reply.items) {
        if (item.items.size() < 4) continue;
        events.push_back({printable(item.items[0].text, 60), from_unix_seconds(item.items[1].integer),
                          Millis(std::max<int64_t>(item.items[2].integer, 0)),
                          Millis(std::max<int64_t>(item.items[3].integer, 0))});
    }
    return events;
}

std::vector<SlowCommand> parse_slow_log(const Reply& reply) {
    std::vector<SlowCommand> slow;
    for (const Reply& item : reply.items) {
        if (item.items.size() < 4) continue;
        SlowCommand one;
        one.id = item.items[0].integer;
        one.at = from_unix_seconds(item.items[1].integer);
        one.took = Micros(std::max<int64_t>(item.items[2].integer, 0));
        const std::vector<Reply>& words = item.items[3].items;
        if (!words.empty()) one.command = printable(words[0].text, 40);
        one.arguments = words.empty() ? 0 : words.size() - 1;
        slow.push_back(std::move(one));
    }
    return slow;
}

Result<LatencyReading> read_latency(net::RedisSession& session, const Clock& clock,
                                    const LatencyOptions& options, Deadline deadline) {
    LatencyReading reading;
    if (options.measure) {
        reading.own = own_pauses(clock, options.own);
        if (Status measured = measure(session, clock, options, deadline, reading); !measured)
            return fail(measured.error());
    } else {
        reading.missing.emplace_back("the round trip: each command starts a client inside the container");
    }
    if (const auto info = read_redis(session, clock, deadline)) {
        reading.latest_fork = Micros(std::max<int64_t>(info->info.number("latest_fork_usec").value_or(0), 0));
        take_commands(info->info, reading);
        reading.asked += info->commands;
    } else if (info.error().code == ErrorCode::auth || info.error().code == ErrorCode::unsupported) {
        reading.missing.push_back("its own figures (" + info.error().what + ")");
    } else {
        return fail(info.error());
    }
    // A client inside the container prints these in a form that cannot be told apart.
    if (!options.measure) return reading;
    const auto threshold = ask(session, {"CONFIG", "GET", "latency-monitor-threshold"},
                               "whether it notes delays", deadline, reading);
    if (!threshold) return fail(threshold.error());
    if (*threshold && (*threshold)->items.size() == 2)
        reading.monitor_threshold = std::atoll((*threshold)->items[1].text.c_str());
    const auto latest = ask(session, {"LATENCY", "LATEST"}, "delays that it noted", deadline, reading);
    if (!latest) return fail(latest.error());
    if (*latest) reading.events = parse_latency_latest(**latest);
    const auto slow = ask(session, {"SLOWLOG", "GET", "10"}, "its slow log", deadline, reading);
    if (!slow) return fail(slow.error());
    if (*slow) reading.slow = parse_slow_log(**slow);
    return reading;
}

}  // namespace logbook::instrument
