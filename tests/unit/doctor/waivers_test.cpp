// Waivers: reason and last day are demanded, the expired are named.
#include "logbook/doctor/waivers.h"

#include <doctest/doctest.h>

using namespace logbook;

TEST_CASE("a waiver counts up to the end of its last day") {
    const WallTime now = parse_iso8601("2026-11-22T12:00:00Z").value();
    const auto list = doctor::parse_waivers(
        "# comment\n\ndb.clock 2026-11-22 no NTP yet\r\nenv.mode 2026-11-21 old\n", "w", now);
    REQUIRE(list.valid.size() == 1);
    CHECK(list.valid[0].check == "db.clock");
    CHECK(list.valid[0].reason == "no NTP yet");
    REQUIRE(list.complaints.size() == 1);
    CHECK(list.complaints[0].find("w:4") == 0);
    CHECK(list.complaints[0].find("ended") != std::string::npos);
}

TEST_CASE("a last day beyond what a clock can carry does not wrap around") {
    const auto list =
        doctor::parse_waivers("db.clock 9999-12-31 for good\n", "w", from_unix_seconds(1'795'000'000));
    CHECK(list.valid.size() == 1);
}

TEST_CASE("what is no waiver is complained of by line") {
    const WallTime now = parse_iso8601("2026-11-22").value();
    const auto list = doctor::parse_waivers(
        "db.clokc 2030-01-01 x\ndb.clock tomorrow x\ndb.clock 2030-01-01\ndb.clock\n", "w", now);
    CHECK(list.valid.empty());
    REQUIRE(list.complaints.size() == 4);
    CHECK(list.complaints[0].find("nearest: db.clock") != std::string::npos);
}

TEST_CASE("--skip wants a known check and a reason") {
    CHECK(doctor::parse_skip("db.clock=no NTP").value().reason == "no NTP");
    CHECK_FALSE(doctor::parse_skip("db.clock").has_value());
    CHECK_FALSE(doctor::parse_skip("db.clock= ").has_value());
    CHECK_FALSE(doctor::parse_skip("nope=x").has_value());
}
