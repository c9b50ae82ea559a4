// The docker CLI's figures out of the engine's counters, on both cgroup versions, and hostile counters.
#include "logbook/docker/stats.h"

#include <doctest/doctest.h>

using namespace logbook;
using docker::parse_stats;
using docker::usage_between;

namespace {

Json json(std::string_view text) {
    return parse_json(text).value();
}

}  // namespace

TEST_CASE("cgroup v1: inactive file cache is subtracted, processors come from the engine") {
    const auto before = parse_stats(json(R"({"read":"2026-11-22T10:00:00.0Z",
        "cpu_stats":{"cpu_usage":{"total_usage":1000000000},"system_cpu_usage":100000000000,"online_cpus":2}})"));
    const auto after = parse_stats(json(R"({"read":"2026-11-22T10:00:01.0Z","pids_stats":{"current":7},
        "cpu_stats":{"cpu_usage":{"total_usage":1500000000},"system_cpu_usage":102000000000,"online_cpus":2},
        "memory_stats":{"usage":300,"limit":1000,"stats":{"total_inactive_file":100,"inactive_file":7}},
        "networks":{"eth0":{"rx_bytes":10,"tx_bytes":20},"eth1":{"rx_bytes":1,"tx_bytes":2}},
        "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":5},{"op":"Write","value":6},
            {"op":"Sync","value":9},{"op":"Total","value":11},{"op":"","value":1}]}})"));
    REQUIRE(before);
    REQUIRE(after);
    const auto usage = usage_between(*before, *after);
    CHECK(usage.cpu_percent == doctest::Approx(50));
    CHECK(usage.memory == 200);
    CHECK(usage.memory_percent == doctest::Approx(20));
    CHECK(usage.received == 11);
    CHECK(usage.sent == 22);
    CHECK(usage.block_read == 5);
    CHECK(usage.block_write == 6);
    CHECK(usage.processes == 7);
}

TEST_CASE("cgroup v2 and old engines") {
    const auto v2 = parse_stats(json(R"({"read":"2026-11-22T10:00:01Z","cpu_stats":{},
        "memory_stats":{"usage":300,"stats":{"inactive_file":50}},
        "blkio_stats":{"io_service_bytes_recursive":[{"op":"read","value":5},{"op":"write","value":6}]}})"));
    CHECK(v2->memory == 250);
    CHECK(v2->block_read == 5);
    CHECK(v2->block_write == 6);
    const auto odd = parse_stats(json(R"({"read":"2026-11-22T10:00:01Z",
        "cpu_stats":{"cpu_usage":{"percpu_usage":[1,2,3]}},
        "memory_stats":{"usage":300,"stats":{"total_inactive_file":300}},
        "blkio_stats":{"io_service_bytes_recursive":null}})"));
    CHECK(odd->processors == 3);
    CHECK(odd->memory == 300);  // cache as large as the use is not believed
}

TEST_CASE("a container that does not run, and what is no statistics") {
    CHECK(parse_stats(json(R"({"read":"0001-01-01T00:00:00Z","cpu_stats":{}})")).error().code ==
          ErrorCode::unsupported);
    CHECK(parse_stats(json("[]")).error().code == ErrorCode::protocol);
    CHECK(parse_stats(json(R"({"message":"x"})")).error().code == ErrorCode::protocol);
}

TEST_CASE("counters that run backwards or lie give no nonsense") {
    docker::StatsReading high, low;
    high.cpu = UINT64_MAX;
    high.system = UINT64_MAX;
    low.processors = 4;
    CHECK(usage_between(high, low).cpu_percent == 0);
    CHECK(usage_between(low, high).cpu_percent == 0);  // no system time before
    const auto lies = parse_stats(json(R"({"read":"2026-11-22T10:00:01Z",
        "cpu_stats":{"online_cpus":1e300,"cpu_usage":{"total_usage":-5},"system_cpu_usage":"many"},
        "memory_stats":{"usage":18446744073709551615,"limit":-1},"networks":[1],"pids_stats":7})"));
    REQUIRE(lies);
    CHECK(lies->cpu == 0);
    CHECK(lies->memory_limit == 0);
    CHECK(lies->processors == 0);
    CHECK(usage_between(*lies, *lies).memory_percent == 0);
}

TEST_CASE("the engine's own earlier reading") {
    const auto document = json(R"({"read":"2026-11-22T10:00:01Z","preread":"2026-11-22T10:00:00Z",
        "precpu_stats":{"cpu_usage":{"total_usage":100},"system_cpu_usage":1000},
        "cpu_stats":{"cpu_usage":{"total_usage":200},"system_cpu_usage":1100,"online_cpus":1}})");
    const auto before = docker::parse_previous(document);
    REQUIRE(before);
    CHECK(usage_between(*before, *parse_stats(document)).cpu_percent == doctest::Approx(100));
    CHECK_FALSE(docker::parse_previous(json(R"({"preread":"0001-01-01T00:00:00Z"})")));
}
