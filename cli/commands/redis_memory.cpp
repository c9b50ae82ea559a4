// `logbookctl redis memory`: what fills the cache, by a bounded sample of its keys.
#include <fmt/format.h>

#include "cache_door.h"
#include "commands/catalogue.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/instrument/redis_memory.h"
#include "view/table.h"

namespace logbook::cli {
namespace {

using instrument::KeyGroup;
using instrument::MemoryReading;

struct RedisMemoryOptions {
    RedisLogin login;
    size_t keys = 2000, top = 10;
    bool show_keys = false;
};

std::string name_of(const RedisMemoryOptions& options, const instrument::KeySample& key) {
    return printable(options.show_keys ? key.name : instrument::key_prefix(key.name), 200);
}

std::string types_of(const KeyGroup& group) {
    std::vector<std::string> names;
    for (const auto& [type, count] : group.types) names.push_back(type);
    return join(names, ", ");
}

void emit(App& app, const CacheDoor& door, const RedisMemoryOptions& options, const MemoryReading& reading) {
    Json::Array largest, groups;
    for (const instrument::KeySample& one : reading.largest)
        largest.push_back(Json::object({{"name", name_of(options, one)},
                                        {"type", one.type},
                                        {"bytes", one.bytes},
                                        {"ttl_ms", one.ttl ? Json(one.ttl->count()) : Json()}}));
    for (const KeyGroup& one : reading.groups) {
        Json::Object types;
        for (const auto& [type, count] : one.types) types.emplace_back(type, uint64_t(count));
        groups.push_back(Json::object({{"prefix", printable(one.prefix, 200)},
                                       {"keys", uint64_t(one.keys)},
                                       {"bytes", one.bytes},
                                       {"largest_bytes", one.largest},
                                       {"without_ttl", uint64_t(one.without_ttl)},
                                       {"types", Json(std::move(types))}}));
    }
    const auto number = [](const std::optional<int64_t>& value) { return value ? Json(*value) : Json(); };
    app.emit("logbookctl/redis_memory/1",
             Json::object({{"at", iso8601(app.seams.clock.wall(), true)},
                           {"server", door.place},
                           {"names", options.show_keys ? "shown" : "hidden"},
                           {"keys", reading.keys},
                           {"sampled_keys", uint64_t(reading.sampled)},
                           {"sampled_bytes", reading.sampled_bytes},
                           {"whole", reading.whole},
                           {"used_bytes", number(reading.used)},
                           {"dataset_bytes", number(reading.dataset)},
                           {"limit_bytes", number(reading.most)},
                           {"policy", reading.policy},
                           {"largest", Json(std::move(largest))},
                           {"groups", Json(std::move(groups))},
                           {"missing", Json::array(reading.missing)},
                           {"cost", Json::object({{"commands", uint64_t(reading.asked)}})}}));
}

std::string verdict(const MemoryReading& reading) {
    if (reading.sampled == 0) return "there are no keys";
    size_t lasting = 0;
    for (const KeyGroup& group : reading.groups) lasting += group.without_ttl;
    std::string text = reading.whole ? fmt::format("all {} looked at", counted(reading.sampled, "key"))
                                     : fmt::format("{} of {} keys looked at", reading.sampled, reading.keys);
    text += fmt::format(", {} in them", human_bytes(reading.sampled_bytes));
    if (lasting > 0) text += fmt::format(" · {} never expire", lasting);
    return text;
}

void put_memory(App& app, const CacheDoor& door, const RedisMemoryOptions& options,
                const MemoryReading& reading) {
    if (!app.global.quiet) {
        app.out.line("Redis at " + door.place);
        if (reading.used)
            app.out.line(fmt::format(
                "{} in use{}{}", human_bytes(uint64_t(*reading.used)),
                reading.dataset ? fmt::format(", {} of it keys and values",
                                              human_bytes(uint64_t(std::max<int64_t>(*reading.dataset, 0))))
                                : "",
                reading.most.value_or(0) > 0
                    ? fmt::format("; at {} {}", human_bytes(uint64_t(*reading.most)),
                                  reading.policy == "noeviction" ? "it refuses writes"
                                                                 : "it makes room by " + reading.policy)
                    : ""));
        app.out.line();
    }
    std::vector<TableRow> rows;
    for (size_t i = 0; i < reading.groups.size() && i < options.top; ++i) {
        const KeyGroup& one = reading.groups[i];
        TableRow row;
        row.mark = Mark::note;
        row.cells = {human_bytes(one.bytes), std::to_string(one.keys),        human_bytes(one.largest),
                     types_of(one),          std::to_string(one.without_ttl), printable(one.prefix, 120)};
        rows.push_back(std::move(row));
    }
    put_table(
        app.out,
        {{"bytes", true}, {"keys", true}, {"largest", true}, {"type"}, {"never expire", true}, {"names"}},
        rows, true);
    for (const instrument::KeySample& one : reading.largest)
        put_detail(app.out, "large",
                   fmt::format("{}, {}, {}{}", name_of(options, one), human_bytes(one.bytes), one.type,
                               one.ttl ? ", expires in " + human_duration(*one.ttl) : ", never expires"));
    if (app.global.quiet) return;
    app.out.line().line(verdict(reading));
    for (const std::string& missing : reading.missing) put_detail(app.out, "not told", missing);
    if (app.global.verbose > 0) put_detail(app.out, "cost", counted(reading.asked, "command") + " sent");
}

ExitCode run_redis_memory(App& app, const RedisMemoryOptions& options) {
    const auto door = open_cache_door(app, options.login);
    if (!door) return report_redis(app, door.error());
    if (door->contained) {
        return report_redis(
            app, {ErrorCode::unsupported,
                  "Redis can be reached only by a client inside its container: a sample of keys would "
                  "start thousands of them",
                  "run this on the engine's machine, or publish Redis' port on 127.0.0.1"});
    }
    instrument::MemoryBudget budget;
    budget.keys = options.keys;
    budget.top = options.top;
    if (const auto number = door->scene->settings().number("REDIS_DB");
        number && *number >= 0 && *number < 10'000)
        budget.database = int(*number);
    const auto reading = instrument::read_memory(*door->session, app.seams.clock, budget, app.deadline);
    if (!reading) return report_redis(app, reading.error());
    if (app.global.json())
        emit(app, *door, options, *reading);
    else
        put_memory(app, *door, options, *reading);
    return ExitCode::ok;
}

}  // namespace

void add_redis_memory(const Command& parent) {
    const auto options = std::make_shared<RedisMemoryOptions>();
    const Command cmd = parent.add_subcommand(
        "memory", "Show what fills the cache, by a bounded sample of its keys", "Instruments");
    cmd.add_option("--keys", options->keys, "How many keys are looked at (default 2000), for 5 s at the most")
        .range(1, 1'000'000)
        .type_name("N");
    cmd.add_option("--top", options->top, "How many groups and large keys are shown (default 10)")
        .range(1, 1000)
        .type_name("N");
    cmd.add_flag("--show-keys", options->show_keys,
                 "Show large keys by their whole names: they may hold tokens or mails");
    add_redis_login(cmd, options->login);
    cmd.set_help({{{"logbookctl redis memory", "which kinds of keys take the memory"},
                   {"logbookctl redis memory --keys 50000 --timeout 60s", "a larger sample"}},
                  {"0    sampled", "2    wrong command line",
                   "3    Redis could not be asked, or refuses SCAN or MEMORY USAGE"},
                  {"redis stats", "redis latency"},
                  "SCAN in steps of a hundred, and MEMORY USAGE, TYPE and PTTL for each key: none of them "
                  "holds the server "
                  "up. KEYS and MONITOR are never sent.\n\n"
                  "Keys are put together by their names with `*` for parts that look like values; whole "
                  "names are shown "
                  "only with --show-keys."});
    cmd.on_chosen([options](App& app) { return run_redis_memory(app, *options); });
}

}  // namespace logbook::cli
