// A start as its log tells it: begun, in a phase, done, failed, and begun anew.
#include <doctest/doctest.h>

#include "logbook/doctor/backend_start.h"

using logbook::doctor::read_start;
using State = logbook::doctor::BackendStart::State;

namespace {

std::string line(const std::string& message) {
    return "2026-11-22 08:02:14 | INFO     | main:lifespan:105 - " + message + "\n";
}

const std::string begun = line("Starting The Logbook Backend (worker PID 9)...");

}  // namespace

TEST_CASE("what the log does not tell is unknown") {
    CHECK(read_start("").state == State::unknown);
    CHECK(read_start("GET /health 200\nsomething\n").state == State::unknown);
    CHECK(read_start(std::string(100'000, '\0')).state == State::unknown);
}

TEST_CASE("a start goes through its phases") {
    CHECK(read_start(begun).state == State::going_on);
    const auto migrating = read_start(begun + line("Startup [worker 9]: Running database migrations..."));
    CHECK(migrating.state == State::going_on);
    CHECK(migrating.said == "Startup [worker 9]: Running database migrations...");
    CHECK(read_start(begun + line("Database connection attempt 4/40...")).said ==
          "Database connection attempt 4/40...");
    CHECK(read_start(begun + line("Server started on port 3001 (worker PID 9)")).state == State::done);
}

TEST_CASE("a start that failed is told by its reason, not by the words after it") {
    const auto failed =
        read_start(begun + "Traceback (most recent call last):\n  File \"x.py\", line 1\nKeyError: 'a17c'\n" +
                   line("Application startup failed. Exiting."));
    CHECK(failed.state == State::failed);
    CHECK(failed.said == "KeyError: 'a17c'");
    const auto gate = read_start(begun + "RuntimeError: SECURITY FAILURE: Cannot start in production\n\n" +
                                 line("Application startup failed. Exiting."));
    CHECK(gate.state == State::failed);
    CHECK(gate.said == "RuntimeError: SECURITY FAILURE: Cannot start in production");
}

TEST_CASE("the latest start counts") {
    const std::string failed = begun + line("Application startup failed. Exiting.");
    CHECK(read_start(failed + begun).state == State::going_on);
    CHECK(read_start(failed + begun + line("Server started on port 3001")).state == State::done);
    CHECK(read_start(begun + line("Server started on port 3001") + failed).state == State::failed);
}
