// The engine: needs, order, time, bugs in checks, waivers.
#include "logbook/doctor/engine.h"

#include <atomic>
#include <doctest/doctest.h>
#include <thread>

#include "unit/doctor/fixed_scene.h"

using namespace logbook;
using namespace std::chrono_literals;
using doctor::Check;
using doctor::Finding;
using doctor::Outcome;
using doctor::Scene;

namespace {

std::atomic<int> runs{0};
std::atomic<bool> release_stuck{false};

Finding pass(const Scene&) {
    ++runs;
    return doctor::passed();
}
Finding bad(const Scene&) {
    return doctor::failed("it is broken");
}
Finding warn(const Scene&) {
    return doctor::warned("it might break");
}
Finding at_stake(const Scene&) {
    Finding finding = doctor::failed("STOP");
    finding.data_at_stake = true;
    return finding;
}
Finding slow(const Scene&) {
    std::this_thread::sleep_for(200ms);
    return doctor::passed();
}
Finding stuck(const Scene&) {
    while (!release_stuck) std::this_thread::sleep_for(5ms);
    return doctor::passed();
}
Finding throws(const Scene&) {
    throw std::runtime_error("a bug");
}

Result<doctor::Diagnosis> run(const std::vector<Check>& checks, const doctor::RunOptions& options = {},
                              Millis time = 5s) {
    doctor::Observer observer;
    return doctor::run_checks(std::make_shared<test::FixedScene>(), checks, runbook::Catalogue{}, options,
                              Deadline::in(time), observer);
}

}  // namespace

TEST_CASE("a check whose need failed is skipped, and so is what needs that") {
    const auto d =
        run({{"a.x", "", {}, {}, &bad}, {"a.y", "", {"a.x"}, {}, &pass}, {"a.z", "", {"a.y"}, {}, &pass}})
            .value();
    CHECK(d.findings[1].outcome == Outcome::skip);
    CHECK(d.findings[1].waits_for == "a.x");
    CHECK(d.findings[2].waits_for == "a.y");
    REQUIRE(d.roots.size() == 1);
    CHECK(d.roots[0].explained.size() == 2);
}

TEST_CASE("a warning does not stop what needs it") {
    const auto d = run({{"a.x", "", {}, {}, &warn}, {"a.y", "", {"a.x"}, {}, &pass}}).value();
    CHECK(d.findings[1].outcome == Outcome::pass);
}

TEST_CASE("slow checks run side by side") {
    std::vector<Check> checks;
    for (const char* id : {"a.a", "a.b", "a.c", "a.d", "a.e", "a.f"})
        checks.push_back({id, "", {}, {}, &slow});
    const auto d = run(checks).value();
    CHECK(d.passed == 6);
    CHECK(d.took < 1000ms);  // one after another they would take 1200
}

TEST_CASE("a check that never comes back does not hold the run") {
    const auto start = std::chrono::steady_clock::now();
    const auto d = run({{"a.x", "", {}, {}, &stuck}, {"a.y", "", {}, {}, &pass}}, {}, 100ms).value();
    CHECK(std::chrono::steady_clock::now() - start < 2s);
    CHECK(d.unfinished);
    CHECK(d.findings[0].undetermined);
    CHECK(d.findings[1].outcome == Outcome::pass);
    CHECK(d.verdict(false) == doctor::Verdict::deadline);
    release_stuck = true;  // so that the thread left behind ends before the process does
    std::this_thread::sleep_for(50ms);
}

TEST_CASE("a check that throws is reported, and the others still count") {
    const auto d = run({{"a.x", "", {}, {}, &throws}, {"a.y", "", {}, {}, &bad}}).value();
    CHECK(d.findings[0].undetermined);
    CHECK(d.findings[0].cause.find("a bug") != std::string::npos);
    CHECK(d.roots.size() == 1);
}

TEST_CASE("--only takes ids and areas, and brings what they need") {
    const std::vector<Check> checks = {
        {"a.x", "", {}, {}, &pass}, {"b.y", "", {"a.x"}, {}, &pass}, {"c.z", "", {}, {}, &pass}};
    CHECK(run(checks, {.only = {"b.y"}}).value().findings.size() == 2);
    CHECK(run(checks, {.only = {"c"}}).value().findings.size() == 1);
    const auto wrong = run(checks, {.only = {"b.z"}});
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().code == ErrorCode::invalid);
    CHECK(wrong.error().what.find("nearest: ") != std::string::npos);
}

TEST_CASE("waivers apply to failures and warnings, never to data at stake") {
    const std::vector<Check> checks = {
        {"a.x", "", {}, {}, &bad}, {"a.y", "", {}, {}, &warn}, {"a.z", "", {}, {}, &at_stake}};
    const auto d = run(checks, {.waivers = {{"a.x", "r", {}}, {"a.y", "r", {}}, {"a.z", "r", {}}}}).value();
    CHECK(d.waived == 2);
    REQUIRE(d.roots.size() == 1);
    CHECK(d.findings[d.roots[0].finding].check == "a.z");
}

TEST_CASE("the observer sees each finding once") {
    struct Counting final : doctor::Observer {
        int findings = 0;
        void on_finding(const Finding&) override { ++findings; }
    } observer;
    runs = 0;
    const std::vector<Check> checks = {
        {"a.x", "", {}, {}, &pass}, {"a.y", "", {"a.x"}, {}, &pass}, {"a.z", "", {}, {}, &bad}};
    (void)doctor::run_checks(std::make_shared<test::FixedScene>(), checks, runbook::Catalogue{}, {},
                             Deadline::in(5s), observer);
    CHECK(observer.findings == 3);
    CHECK(runs == 2);
}
