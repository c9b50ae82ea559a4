// `logbookctl redis latency`: how long Redis takes to answer, and why when that is long.
#include <fmt/format.h>

#include "cache_door.h"
#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/instrument/redis_latency.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

using instrument::LatencySummary;
using instrument::Micros;

struct RedisLatencyOptions {
    RedisLogin login;
    size_t samples = 1000;
    Millis over{100};
};

std::string shown(Micros time) {
    if (time < Micros(1000)) return fmt::format("{} µs", time.count());
    return fmt::format("{:.1f} ms", double(time.count()) / 1000);
}

Json to_json(const LatencySummary& summary) {
    if (summary.samples == 0) return nullptr;
    Json::Array bars;
    for (const instrument::LatencyBar& bar : summary.bars)
        bars.push_back(
            Json::object({{"below_us", int64_t(bar.below.count())}, {"count", uint64_t(bar.count)}}));
    return Json::object({{"samples", uint64_t(summary.samples)},
                         {"least_us", int64_t(summary.least.count())},
                         {"p50_us", int64_t(summary.p50.count())},
                         {"p95_us", int64_t(summary.p95.count())},
                         {"p99_us", int64_t(summary.p99.count())},
                         {"most_us", int64_t(summary.most.count())},
                         {"histogram", Json(std::move(bars))}});
}

void emit(App& app, const CacheDoor& door, const instrument::LatencyReading& reading) {
    Json::Array events, slow;
    for (const instrument::LatencyEvent& one : reading.events)
        events.push_back(Json::object({{"name", one.name},
                                       {"at", iso8601(one.at)},
                                       {"latest_ms", one.latest.count()},
                                       {"longest_ms", one.longest.count()},
                                       {"meaning", instrument::meaning_of_event(one.name)}}));
    for (const instrument::SlowCommand& one : reading.slow)
        slow.push_back(Json::object({{"id", one.id},
                                     {"at", iso8601(one.at)},
                                     {"took_us", int64_t(one.took.count())},
                                     {"command", one.command},
                                     {"arguments", uint64_t(one.arguments)}}));
    Json::Object commands;
    for (const auto& [name, percentiles] : reading.commands) {
        Json::Object members;
        for (const auto& [label, value] : percentiles) members.emplace_back(label, value);
        commands.emplace_back(name, Json(std::move(members)));
    }
    const auto& threshold = reading.monitor_threshold;
    app.emit("logbookctl/redis_latency/1",
             Json::object({{"at", iso8601(app.seams.clock.wall(), true)},
                           {"server", door.place},
                           {"round_trip", to_json(reading.round_trip)},
                           {"own_pauses", to_json(reading.own)},
                           {"monitor_threshold_ms", threshold ? Json(*threshold) : Json()},
                           {"events", Json(std::move(events))},
                           {"slow_commands", Json(std::move(slow))},
                           {"commands_us", Json(std::move(commands))},
                           {"latest_fork_us", int64_t(reading.latest_fork.count())},
                           {"missing", Json::array(reading.missing)},
                           {"cost", Json::object({{"commands", uint64_t(reading.asked)}})}}));
}

void put_histogram(App& app, const LatencySummary& summary) {
    size_t most = 1;
    for (const instrument::LatencyBar& bar : summary.bars) most = std::max(most, bar.count);
    const size_t room = app.out.terminal().width > 50 ? app.out.terminal().width - 30 : 20;
    for (const instrument::LatencyBar& bar : summary.bars) {
        std::string drawn(bar.count * room / most, '#');
        if (bar.count > 0 && drawn.empty()) drawn = "·";
        app.out.line(fmt::format("  < {:>8} {:>7}{}{}", shown(bar.below), bar.count,
                                 drawn.empty() ? "" : "  ", drawn));
    }
}

void put_summary(App& app, std::string_view what, const LatencySummary& summary) {
    if (summary.samples == 0) return;
    app.out.line(fmt::format("{}: p50 {}, p95 {}, p99 {}, longest {}   ({} samples)", what,
                             shown(summary.p50), shown(summary.p95), shown(summary.p99), shown(summary.most),
                             summary.samples));
}

void put_latency(App& app, const CacheDoor& door, const RedisLatencyOptions& options,
                 const instrument::LatencyReading& reading, bool slow) {
    if (!app.global.quiet) app.out.line("Redis at " + door.place).line();
    put_summary(app, "round trip", reading.round_trip);
    put_histogram(app, reading.round_trip);
    if (reading.own.samples > 0)
        app.out.line(fmt::format("this machine's own pauses: longest {} while nothing was asked",
                                 shown(reading.own.most)));
    for (const instrument::LatencyEvent& one : reading.events)
        put_detail(app.out, "noted",
                   fmt::format("{}: latest {}, longest {}, last at {}. {}", one.name,
                               human_duration(one.latest), human_duration(one.longest), iso8601(one.at),
                               instrument::meaning_of_event(one.name)));
    for (const instrument::SlowCommand& one : reading.slow)
        put_detail(app.out, "slow",
                   fmt::format("{} with {} took {} at {}", one.command, counted(one.arguments, "argument"),
                               shown(one.took), iso8601(one.at)));
    if (reading.latest_fork > Micros(0))
        put_detail(app.out, "fork",
                   fmt::format("its last copy of itself, to save, took {}", shown(reading.latest_fork)));
    if (app.global.quiet) return;
    if (reading.monitor_threshold == 0)
        put_detail(app.out, "hint", "it notes no delays: redis-cli CONFIG SET latency-monitor-threshold 100");
    for (const std::string& missing : reading.missing) put_detail(app.out, "not told", missing);
    const std::string limit = human_duration(options.over);
    app.out.line().line(reading.round_trip.samples == 0 ? "the round trip was not measured"
                        : slow
                            ? fmt::format("slow: one in a hundred answers takes {} or more", limit)
                            : fmt::format("99 of 100 answers come within {}", shown(reading.round_trip.p99)));
}

ExitCode run_redis_latency(App& app, const RedisLatencyOptions& options) {
    const auto door = open_cache_door(app, options.login);
    if (!door) return report_redis(app, door.error());
    instrument::LatencyOptions how;
    how.samples = options.samples;
    how.measure = !door->contained;
    const auto reading = instrument::read_latency(*door->session, app.seams.clock, how, app.deadline);
    if (!reading) return report_redis(app, reading.error());
    const bool slow = reading->round_trip.samples > 0 && reading->round_trip.p99 >= options.over;
    if (app.global.json())
        emit(app, *door, *reading);
    else
        put_latency(app, *door, options, *reading, slow);
    return slow ? ExitCode::problem : ExitCode::ok;
}

}  // namespace

void add_redis_latency(const Command& parent) {
    const auto options = std::make_shared<RedisLatencyOptions>();
    const Command cmd = parent.add_subcommand(
        "latency", "Measure how long Redis takes to answer, and say why when that is long", "Instruments");
    cmd.add_option("--samples", options->samples, "How often it is asked (default 1000), for 3 s at the most")
        .range(1, 1'000'000)
        .type_name("N");
    cmd.add_duration("--over", options->over,
                     "A 99th percentile of this length is a problem: exit 1 (default 100ms)");
    add_redis_login(cmd, options->login);
    cmd.set_help(
        {{{"logbookctl redis latency", "a thousand PINGs, with a histogram and what Redis noted itself"},
          {"logbookctl redis latency --over 10ms", "exit 1 when one answer in a hundred takes longer"}},
         {"0    it answers in time", "1    it does not", "2    wrong command line",
          "3    Redis could not be asked"},
         {"redis stats", "redis memory"},
         "The round trip is that of PING over the way that is used: network, TLS and this machine's own "
         "pauses "
         "are in it. Those pauses are measured beside it, with nothing asked; where they are as long, the "
         "machine is to blame and not Redis.\n\n"
         "Why a delay came is told by Redis where it notes delays (latency-monitor-threshold), by its slow "
         "log "
         "and by its last fork. Arguments of commands are never shown: they are members' data."});
    cmd.on_chosen([options](App& app) { return run_redis_latency(app, *options); });
}

}  // namespace logbook::cli
