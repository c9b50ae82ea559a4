// What an answer of a health endpoint means; the recorded shapes are the real application's.
#include "logbook/probe/health_probe.h"

#include <doctest/doctest.h>

using namespace logbook;
using probe::HealthState;

namespace {

HealthState state(int status, const std::string& body, const std::string& type = "application/json") {
    net::HttpReply reply;
    reply.status = status;
    reply.body = body;
    reply.headers.emplace_back("content-type", type);
    return probe::judge_health("http://x/health", reply).state;
}

}  // namespace

TEST_CASE("the body decides, the status must not contradict it") {
    CHECK(state(200, R"({"status":"healthy","ready":true})") == HealthState::healthy);
    CHECK(state(200, R"({"status":"degraded","ready":true})") == HealthState::degraded);
    CHECK(state(503, R"({"status":"unhealthy"})") == HealthState::unhealthy);
    CHECK(state(503, R"({"status":"healthy"})") == HealthState::unhealthy);
    CHECK(state(200, R"({"status":"healthy","ready":false})") == HealthState::starting);
    CHECK(state(404, R"({"detail":"Not Found","code":"LB-API-404"})") == HealthState::absent);
    CHECK(state(500, R"({"detail":"x","code":"LB-SYS-001"})") == HealthState::unhealthy);
}

TEST_CASE("what is not The Logbook is told apart") {
    CHECK(state(200, "<html>hello</html>", "text/html") == HealthState::foreign);
    CHECK(state(200, "") == HealthState::foreign);
    CHECK(state(200, "[1]") == HealthState::foreign);
    CHECK(state(200, R"({"status":"healthy","status":"unhealthy"})") == HealthState::foreign);
    CHECK(state(404, "File not found", "text/html") == HealthState::foreign);
    CHECK(state(502, "<html>Bad Gateway", "text/html") == HealthState::bad_gateway);
    CHECK(state(504, "<html>", "text/html") == HealthState::bad_gateway);
    CHECK(state(400, "Invalid host header", "text/plain") == HealthState::bad_host);
    CHECK(state(301, "") == HealthState::redirect);
}

TEST_CASE("components that are not well are named") {
    net::HttpReply reply;
    reply.status = 503;
    reply.body =
        R"({"status":"unhealthy","checks":{"database":{"status":"unhealthy"},"redis":"connected","x":"\u001b[31m"}})";
    const auto reading = probe::judge_health("u", reply);
    CHECK(reading.failing == std::vector<std::string>{"database", "x"});
    CHECK(reading.said.find('\x1b') == std::string::npos);
}

TEST_CASE("the server's clock is read from its head, and a forged one cannot wrap around") {
    net::HttpReply reply;
    reply.status = 200;
    const auto date_of = [&](const char* date) {
        reply.headers = {{"date", date}};
        return probe::judge_health("u", reply).date;
    };
    CHECK(date_of("Sun, 22 Nov 2026 04:12:09 GMT") == from_unix_seconds(1'795'320'729));
    CHECK_FALSE(date_of("yesterday").has_value());
    CHECK_FALSE(date_of("Sun, 22 Nov 2026 04:12:09 CET").has_value());
    CHECK(date_of("Mon, 23 Nov 8478 01:00:00 GMT") > from_unix_seconds(1'795'320'729));
    CHECK(date_of("Mon, 23 Nov 0001 01:00:00 GMT") < from_unix_seconds(0));
}
