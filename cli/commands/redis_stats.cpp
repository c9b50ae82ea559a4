// `logbookctl redis stats`: whether the cache is healthy, and all that INFO says.
#include <fmt/format.h>

#include "cache_door.h"
#include "commands/catalogue.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/instrument/redis_stats.h"
#include "view/finding_lines.h"
#include "view/judgement_view.h"

namespace logbook::cli {
namespace {

using instrument::RedisReading;

struct RedisStatsOptions {
    RedisLogin login;
    instrument::RedisThresholds limits;
    std::string memory, clients, fragmentation, hit_rate;  // "80,95"
    std::string fail_on = "fail";
    bool nagios = false, watch = false;
    Millis interval{2000};
};

// "80,95" into two numbers.
std::string read_limits(const std::string& text, double& warn, double& fail) {
    const std::vector<std::string> parts = split(text, ',');
    char* end = nullptr;
    double values[2] = {};
    for (size_t i = 0; i < parts.size() && i < 2; ++i) {
        values[i] = std::strtod(parts[i].c_str(), &end);
        if (parts[i].empty() || *end != '\0' || !(values[i] >= 0) || values[i] > 1e9)
            return "is no pair of numbers like 80,95";
    }
    if (parts.size() != 2) return "is no pair of numbers like 80,95";
    warn = values[0];
    fail = values[1];
    return {};
}

Json rates_document(const instrument::RedisRates& rates) {
    return Json::object({{"seconds", rates.seconds},
                         {"commands", rates.commands},
                         {"connections", rates.connections},
                         {"hits", rates.hits},
                         {"misses", rates.misses},
                         {"hit_rate", rates.hit_rate ? Json(*rates.hit_rate) : Json()},
                         {"expired", rates.expired},
                         {"evicted", rates.evicted},
                         {"rejected", rates.rejected},
                         {"errors", rates.errors},
                         {"received_bytes", rates.received},
                         {"sent_bytes", rates.sent}});
}

void put_rates(App& app, const instrument::RedisRates& rates) {
    app.out.line(fmt::format("{:.1f} commands/s · {:.1f} new connections/s · {} in/s, {} out/s",
                             rates.commands, rates.connections, human_bytes(uint64_t(rates.received)),
                             human_bytes(uint64_t(rates.sent))));
    std::string line = fmt::format("{:.1f} hits/s, {:.1f} misses/s", rates.hits, rates.misses);
    if (rates.hit_rate) line += fmt::format(" ({:.0f} % hit)", *rates.hit_rate);
    app.out.line(fmt::format("{} · {:.1f} expired/s · {:.1f} evicted/s · {:.1f} rejected/s · {:.1f} errors/s",
                             line, rates.expired, rates.evicted, rates.rejected, rates.errors));
}

void show(App& app, const RedisStatsOptions& options, const CacheDoor& door, const RedisReading& reading,
          const std::vector<instrument::Judgement>& judgements,
          const std::optional<instrument::RedisRates>& rates) {
    if (options.nagios) {
        app.out.line(nagios_line("REDIS", judgements));
        return;
    }
    if (app.global.json()) {
        app.emit(
            "logbookctl/redis_stats/1",
            Json::object(
                {{"at", iso8601(reading.at, true)},
                 {"server", door.place},
                 {"container_memory_limit", door.container_limit > 0 ? Json(door.container_limit) : Json()},
                 {"judgements", to_json(judgements)},
                 {"rates", rates ? rates_document(*rates) : Json()},
                 {"slow_log_length", reading.slow_commands ? Json(*reading.slow_commands) : Json()},
                 {"info", instrument::to_json(reading.info)},
                 {"missing", Json::array(reading.missing)},
                 {"cost", Json::object({{"commands", uint64_t(reading.commands)}})}}));
        return;
    }
    if (!app.global.quiet)
        app.out
            .line(fmt::format("Redis {} at {}, up {}", printable(reading.info.text("redis_version"), 20),
                              door.place, human_duration(instrument::uptime_of(reading.info))))
            .line();
    if (rates) put_rates(app, *rates);
    if (rates) app.out.line();
    put_judgements(app.out, judgements);
    if (app.global.quiet) return;
    app.out.line().line(verdict_of(judgements));
    for (const std::string& missing : reading.missing) put_detail(app.out, "not told", missing);
    if (app.global.verbose > 0) put_detail(app.out, "cost", counted(reading.commands, "command") + " sent");
}

ExitCode code_of(const RedisStatsOptions& options, const std::vector<instrument::Judgement>& judgements) {
    if (options.nagios) return ExitCode(nagios_status(judgements));
    const instrument::Level level = instrument::worst(judgements);
    const instrument::Level least =
        options.fail_on == "warn" ? instrument::Level::warn : instrument::Level::fail;
    return level >= least ? ExitCode::problem : ExitCode::ok;
}

ExitCode unasked(App& app, const RedisStatsOptions& options, const Error& error) {
    if (!options.nagios) return report_redis(app, error);
    app.out.line("REDIS UNKNOWN - " + replace_all(error.what, "|", "/"));
    return ExitCode(3);
}

ExitCode run_redis_stats(App& app, const RedisStatsOptions& options) {
    const auto door = open_cache_door(app, options.login);
    if (!door) return unasked(app, options, door.error());
    app.one_line_documents = options.watch;
    std::optional<RedisReading> before;
    for (;;) {
        auto reading = instrument::read_redis(*door->session, app.seams.clock, app.deadline);
        if (!reading) return unasked(app, options, reading.error());
        const auto judgements = instrument::judge_redis(*reading, door->container_limit, options.limits);
        const auto rates = before ? instrument::rates_between(*before, *reading) : std::nullopt;
        if (options.watch && app.out.terminal().tty && !app.global.json()) app.out.put("\x1b[H\x1b[2J");
        show(app, options, *door, *reading, judgements, rates);
        if (!options.watch) return code_of(options, judgements);
        if (const Status written = app.out.flush(); !written) return app.report(written.error());
        before = std::move(*reading);
        app.seams.clock.sleep(options.interval);
        app.deadline = Deadline::in(app.global.timeout);  // each round anew
    }
}

}  // namespace

void add_redis_stats(const Command& parent) {
    const auto options = std::make_shared<RedisStatsOptions>();
    const Command cmd = parent.add_subcommand(
        "stats", "Judge the cache: memory, evictions, hits, clients, persistence, errors", "Instruments");
    const auto pair = [&cmd](const char* name, std::string& text, double& warn, double& fail,
                             const char* what) {
        cmd.add_option(name, text, what)
            .type_name("WARN,FAIL")
            .check([&warn, &fail](const std::string& given) { return read_limits(given, warn, fail); });
    };
    pair("--memory", options->memory, options->limits.memory_warn, options->limits.memory_fail,
         "Percent of maxmemory, or of the container's limit (default 80,95)");
    pair("--clients", options->clients, options->limits.clients_warn, options->limits.clients_fail,
         "Percent of maxclients (default 80,95)");
    pair("--fragmentation", options->fragmentation, options->limits.fragmentation_warn,
         options->limits.fragmentation_fail, "Memory held for each byte in use (default 1.5,3)");
    pair("--hit-rate", options->hit_rate, options->limits.hit_rate_warn, options->limits.hit_rate_fail,
         "Percent of lookups that find their key, below (default 80,50)");
    cmd.add_option("--fail-on", options->fail_on, "Exit 1 from this level on (default: fail)")
        .one_of({"warn", "fail"})
        .type_name("warn|fail");
    const Option nagios = cmd.add_flag(
        "--nagios", options->nagios, "One line with performance data; exit 0, 1, 2 or 3 as monitors expect");
    cmd.add_flag("--watch", options->watch,
                 "Again and again, with what happened each second; with -o json a document a line")
        .excludes(nagios);
    cmd.add_duration("--interval", options->interval, "Between two readings of --watch (default 2s)");
    add_redis_login(cmd, options->login);
    cmd.set_help(
        {{{"logbookctl redis stats", "is the cache healthy?"},
          {"logbookctl redis stats -o json", "with every field of INFO, byte for byte"}},
         {"0    no figure fails", "1    one does (--fail-on warn: or warns)", "2    wrong command line",
          "3    Redis could not be asked", "130  interrupted (how --watch ends)",
          "with --nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN"},
         {"redis memory", "redis latency", "doctor"},
         "Two commands are sent: INFO everything and SLOWLOG LEN; one that is renamed away or forbidden to "
         "this "
         "user is named under `not told`.\n\n"
         "A hit rate of fewer than 1,000 lookups, and the fragmentation of less than 64 MB, are shown and "
         "not "
         "judged. A full cache with an eviction policy is at work as it should be; with noeviction it "
         "refuses "
         "writes.\n\n"
         "With REDIS_SSL the server is verified by REDIS_SSL_CA, --tls-ca or --tls-fingerprint, else it is "
         "not "
         "asked: an unverified one would be handed the password. A client inside its container needs none of "
         "it."});
    cmd.on_chosen([options](App& app) { return run_redis_stats(app, *options); });
}

}  // namespace logbook::cli
