// Time formats: what is read and written.
#include "logbook/base/clock.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace std::chrono_literals;

TEST_CASE("iso8601 is written and read back") {
    const WallTime when{std::chrono::seconds(1'795'320'729)};
    CHECK(iso8601(when) == "2026-11-22T04:12:09Z");
    CHECK(iso8601(when + 7ms, true) == "2026-11-22T04:12:09.007Z");
    CHECK(compact_utc(when) == "20261122T041209Z");
    CHECK(parse_iso8601("2026-11-22T04:12:09Z").value() == when);
    CHECK(parse_iso8601("2026-11-22 04:12:09").value() == when);
    CHECK(parse_iso8601("2024-02-29").has_value());
    CHECK(parse_iso8601("9999-12-31").value() > parse_iso8601("2199-01-01").value());
    CHECK(from_unix_seconds(INT64_MAX) > from_unix_seconds(0));
    CHECK(from_unix_seconds(INT64_MIN) < from_unix_seconds(0));
    CHECK(from_unix_seconds(INT64_MAX) - from_unix_seconds(INT64_MIN) > std::chrono::years(280));
}

TEST_CASE("what is no date is refused") {
    for (const char* bad : {"", "2026", "2026-13-01", "2026-02-30", "2025-02-29", "2026-11-22T25:00:00Z",
                            "2026-11-22T", "2026/11/22", "-026-11-22", "2026-11-22T04:12:09+02:00"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_iso8601(bad).has_value());
    }
}

TEST_CASE("durations") {
    CHECK(parse_duration("250ms").value() == 250ms);
    CHECK(parse_duration("3").value() == 3s);
    CHECK(parse_duration("2m").value() == 2min);
    CHECK(parse_duration("1h").value() == 1h);
    for (const char* bad : {"", "-1", "s", "3 s", "1d", "99999999999999999999", "200h", "1.5s"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_duration(bad).has_value());
    }
    CHECK(human_duration(180ms) == "0.18 s");
    CHECK(human_duration(41s) == "41 s");
    CHECK(human_duration(11min) == "11 min");
    CHECK(human_duration(3h + 5min) == "3 h 5 min");
    CHECK(human_duration(52h) == "2 d 4 h");
}
