// INFO without loss, its judgement, rates, percentiles, and names of keys without what is private in them.
#include <doctest/doctest.h>

#include "logbook/base/text.h"
#include "logbook/instrument/redis_info.h"
#include "logbook/instrument/redis_latency.h"
#include "logbook/instrument/redis_memory.h"
#include "logbook/instrument/redis_stats.h"

using namespace logbook;
using namespace logbook::instrument;

namespace {

const std::string sample =
    "# Server\r\nredis_version:7.0.15\r\nrun_id:abc\r\nconfig_file:/a:b/c\r\n\r\n# Memory\r\n"
    "used_memory:100000000\r\nused_memory_rss:120000000\r\nmaxmemory:0\r\n"
    "maxmemory_policy:noeviction\r\nmem_fragmentation_ratio:1.20\r\n\r\n# Clients\r\n"
    "connected_clients:5\r\nmaxclients:10000\r\n\r\n# Persistence\r\nloading:0\r\n"
    "rdb_last_bgsave_status:ok\r\naof_enabled:0\r\naof_last_write_status:ok\r\n\r\n# Stats\r\n"
    "keyspace_hits:900\r\nkeyspace_misses:100\r\nevicted_keys:0\r\nrejected_connections:0\r\n"
    "total_commands_processed:1000\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n"
    "# Modules\r\nmodule:name=a,ver=1\r\nmodule:name=b,ver=2\r\n\r\n# Errorstats\r\n"
    "errorstat_ERR:count=20\r\n\r\n# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=121191\r\n";

RedisReading reading_of(std::string text) {
    RedisReading reading;
    reading.info = parse_redis_info(text);
    reading.slow_commands = 0;
    return reading;
}

std::string with(std::string_view from, std::string_view to) {
    return replace_all(sample, from, to);
}

Judgement judged(const std::string& text, std::string_view id, int64_t container = 0) {
    for (const Judgement& one : judge_redis(reading_of(text), container))
        if (one.id == id) return one;
    FAIL("no such figure");
    return {};
}

}  // namespace

TEST_CASE("every line of INFO can be put together again from what was read") {
    std::string again;
    for (const InfoSection& section : parse_redis_info(sample).sections) {
        again += (again.empty() ? "# " : "\r\n# ") + section.title + "\r\n";
        for (const InfoField& field : section.fields) again += field.name + ":" + field.value + "\r\n";
    }
    CHECK(again == sample);
}

TEST_CASE("JSON keeps repeated fields, odd lines and bytes that are no text") {
    const Json json =
        to_json(parse_redis_info("a:b:c\n# M\nmodule:1\nmodule:2\nmodule:3\nodd\nraw:\xff\n# M\nx:\n"));
    CHECK(json.dump() ==
          R"({"":{"a":"b:c"},"M":{"module":["1","2","3"],"raw":{"hex":"ff"},"":"odd"},"M'":{"x":""}})");
    CHECK(to_json(parse_redis_info("")).dump() == "{}");
}

TEST_CASE("a healthy cache gives no warning") {
    for (const Judgement& one : judge_redis(reading_of(sample), 0)) {
        CAPTURE(one.id);
        CHECK(one.level <= Level::unjudged);
        CHECK_FALSE(one.figure.empty());
    }
    CHECK(worst(judge_redis(reading_of(""), 0)) == Level::ok);
    CHECK(judged(sample, "keyspace").figure == "db0: 2 keys, 50 % of them expire");
}

TEST_CASE("each figure past its threshold") {
    const auto level = [](const std::string& text, std::string_view id, int64_t container = 0) {
        return judged(text, id, container).level;
    };
    const std::string full = with("maxmemory:0", "maxmemory:100000000");
    CHECK(level(full, "memory") == Level::fail);
    CHECK(level(replace_all(full, "noeviction", "allkeys-lru"), "memory") == Level::ok);
    CHECK(level(with("maxmemory:0", "maxmemory:120000000"), "memory") == Level::warn);
    CHECK(level(sample, "memory", 125'000'000) == Level::fail);
    CHECK(level(sample, "memory", 140'000'000) == Level::warn);
    CHECK(level(sample, "memory", 400'000'000) == Level::ok);
    CHECK(level(with("evicted_keys:0", "evicted_keys:1"), "evictions") == Level::warn);
    CHECK(level(with("hits:900", "hits:899"), "hit_rate") == Level::unjudged);  // of 999
    CHECK(level(with("hits:900", "hits:300"), "hit_rate") == Level::unjudged);
    CHECK(level(with("hits:900", "hits:9"), "hit_rate") == Level::unjudged);
    CHECK(level(replace_all(with("hits:900", "hits:700"), "misses:100", "misses:300"), "hit_rate") ==
          Level::warn);
    CHECK(level(replace_all(with("hits:900", "hits:400"), "misses:100", "misses:600"), "hit_rate") ==
          Level::fail);
    CHECK(level(with("ratio:1.20", "ratio:1.50"), "fragmentation") == Level::warn);
    CHECK(level(with("ratio:1.20", "ratio:3.00"), "fragmentation") == Level::fail);
    CHECK(level(with("ratio:1.20", "ratio:0.80"), "fragmentation") == Level::warn);
    CHECK(level(replace_all(with("ratio:1.20", "ratio:9.00"), "used_memory:100000000", "used_memory:1000"),
                "fragmentation") == Level::unjudged);
    CHECK(level(with("clients:5\r", "clients:8000\r"), "clients") == Level::warn);
    CHECK(level(with("clients:5\r", "clients:9500\r"), "clients") == Level::fail);
    CHECK(level(with("rejected_connections:0", "rejected_connections:2"), "rejected") == Level::warn);
    CHECK(level(with("bgsave_status:ok", "bgsave_status:err"), "persistence") == Level::fail);
    CHECK(level(with("loading:0", "loading:1"), "persistence") == Level::warn);
    CHECK(level(with("role:master", "role:slave\r\nmaster_link_status:down"), "replication") == Level::fail);
    CHECK(level(with("errorstat_ERR", "errorstat_OOM"), "errors") == Level::warn);
}

TEST_CASE("rates are of one run of the server, and never negative") {
    RedisReading before = reading_of(sample), after = reading_of(with("processed:1000", "processed:1500"));
    after.at = before.at + std::chrono::seconds(2);
    auto rates = rates_between(before, after);
    REQUIRE(rates);
    CHECK(rates->commands == doctest::Approx(250));
    CHECK_FALSE(rates->hit_rate);
    CHECK_FALSE(rates_between(before, before));
    CHECK(rates_between(after,
                        [&] {
                            auto reset = before;
                            reset.at = after.at + std::chrono::seconds(1);
                            return reset;
                        }())
              ->commands == 0);
    after = reading_of(with("run_id:abc", "run_id:def"));
    after.at = before.at + std::chrono::seconds(2);
    CHECK_FALSE(rates_between(before, after));
}

TEST_CASE("percentiles and bars count every sample once") {
    std::vector<Micros> samples;
    for (int i = 100; i >= 1; --i) samples.emplace_back(i);
    const LatencySummary summary = summarize(samples);
    CHECK(summary.samples == 100);
    CHECK(summary.least == Micros(1));
    CHECK(summary.p50 == Micros(50));
    CHECK(summary.p95 == Micros(95));
    CHECK(summary.p99 == Micros(99));
    CHECK(summary.most == Micros(100));
    size_t counted = 0;
    std::vector<int64_t> limits;
    for (const LatencyBar& bar : summary.bars) counted += bar.count, limits.push_back(bar.below.count());
    CHECK(counted == 100);
    CHECK(limits == std::vector<int64_t>{2, 5, 10, 20, 50, 100, 200});
    CHECK(summarize({}).bars.empty());
    CHECK(summarize({Micros(0)}).p99 == Micros(0));
    CHECK(summarize({Micros(3'600'000'000)}).bars.size() == 1);
}

TEST_CASE("replies of any shape") {
    net::RedisReply odd;
    odd.items.resize(3);
    odd.items[0].items.resize(4);
    odd.items[1].items.resize(2);
    CHECK(parse_latency_latest(odd).size() == 1);
    const auto slow = parse_slow_log(odd);
    REQUIRE(slow.size() == 1);
    CHECK(slow[0].arguments == 0);
}

TEST_CASE("names of keys lose what may be private") {
    CHECK(key_prefix("rate_limit:auth:login:172.18.0.4") == "rate_limit:auth:login:*");
    CHECK(key_prefix("session:6f9619ff-8b86-d011-b42d-00cf4fc964ff:data") == "session:*:data");
    CHECK(key_prefix("user:42:43") == "user:*");
    CHECK(key_prefix("blacklist:eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc") == "blacklist:*");
    CHECK(key_prefix("reset:chief@station.example") == "reset:*");
    CHECK(key_prefix("queue:mails") == "queue:mails");
    CHECK(key_prefix("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9") == "*");
    CHECK(key_prefix("name:J\xc3\xbcrgen") == "name:*");
    CHECK(key_prefix("") == "");
}

TEST_CASE("groups add up") {
    const std::vector<KeySample> samples{
        {"a:1", "string", 10, Millis(5)}, {"a:2", "hash", 30, {}}, {"b", "list", 35, {}}};
    const auto groups = group_keys(samples);
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].prefix == "a:*");
    CHECK(groups[0].bytes == 40);
    CHECK(groups[0].largest == 30);
    CHECK(groups[0].without_ttl == 1);
    CHECK(groups[0].types.size() == 2);
}
