// Roots and what follows from them.
#include "logbook/doctor/diagnosis.h"

#include <doctest/doctest.h>

using namespace logbook;
using doctor::Check;
using doctor::Diagnosis;
using doctor::Finding;
using doctor::Outcome;

namespace {

const std::vector<Check> checks = {
    {"db.connect", "", {}, {"backend.health", "frontend.proxy"}, nullptr},
    {"db.login", "", {"db.connect"}, {"backend.health"}, nullptr},
    {"cache.connect", "", {}, {"backend.health"}, nullptr},
    {"backend.health", "", {}, {"frontend.proxy"}, nullptr},
    {"frontend.proxy", "", {}, {}, nullptr},
    {"env.mode", "", {}, {}, nullptr},
    {"db.wipe_trap", "", {}, {}, nullptr},
};

Finding finding(const std::string& id, Outcome outcome) {
    Finding f;
    f.check = id;
    f.outcome = outcome;
    return f;
}

std::vector<std::string> names(const Diagnosis& d, const std::vector<size_t>& indices) {
    std::vector<std::string> out;
    for (const size_t i : indices) out.push_back(d.findings[i].check);
    return out;
}

}  // namespace

TEST_CASE("one thing wrong is one root, with its symptoms and skips folded beneath it") {
    Finding skip = finding("db.login", Outcome::skip);
    skip.waits_for = "db.connect";
    const Diagnosis d =
        doctor::diagnose({finding("db.connect", Outcome::fail), skip, finding("cache.connect", Outcome::pass),
                          finding("backend.health", Outcome::fail), finding("frontend.proxy", Outcome::fail)},
                         checks);
    REQUIRE(d.roots.size() == 1);
    CHECK(d.findings[d.roots[0].finding].check == "db.connect");
    CHECK(names(d, d.roots[0].explained) ==
          std::vector<std::string>{"db.login", "backend.health", "frontend.proxy"});
    CHECK(d.verdict(false) == doctor::Verdict::problem);
}

TEST_CASE("two things wrong are two roots") {
    Finding health = finding("backend.health", Outcome::fail);
    health.blames = {"cache"};
    const Diagnosis d = doctor::diagnose(
        {finding("db.connect", Outcome::fail), finding("cache.connect", Outcome::fail), health}, checks);
    REQUIRE(d.roots.size() == 2);
    CHECK(d.findings[d.roots[0].finding].check == "cache.connect");  // explains more
    CHECK(names(d, d.roots[0].explained) == std::vector<std::string>{"backend.health"});
    CHECK(d.roots[1].explained.empty());
}

TEST_CASE("a symptom that blames another area stays a root") {
    Finding health = finding("backend.health", Outcome::fail);
    health.blames = {"db"};
    const Diagnosis d = doctor::diagnose({finding("cache.connect", Outcome::fail), health}, checks);
    CHECK(d.roots.size() == 2);
}

TEST_CASE("data at stake comes before everything") {
    Finding trap = finding("db.wipe_trap", Outcome::fail);
    trap.data_at_stake = true;
    const Diagnosis d = doctor::diagnose(
        {finding("db.connect", Outcome::fail), finding("backend.health", Outcome::fail), trap}, checks);
    CHECK(d.findings[d.roots[0].finding].check == "db.wipe_trap");
}

TEST_CASE("verdicts") {
    CHECK(doctor::diagnose({finding("env.mode", Outcome::pass)}, checks).verdict(true) ==
          doctor::Verdict::healthy);
    const Diagnosis warned = doctor::diagnose({finding("env.mode", Outcome::warn)}, checks);
    CHECK(warned.verdict(false) == doctor::Verdict::healthy);
    CHECK(warned.verdict(true) == doctor::Verdict::problem);
    CHECK(warned.warnings.size() == 1);
    Finding skip = finding("db.connect", Outcome::skip);
    CHECK(doctor::diagnose({skip}, checks).verdict(false) == doctor::Verdict::healthy);
    skip.undetermined = true;
    CHECK(doctor::diagnose({skip}, checks).verdict(false) == doctor::Verdict::unknown);
    Diagnosis late = doctor::diagnose({finding("env.mode", Outcome::pass)}, checks);
    late.unfinished = true;
    CHECK(late.verdict(false) == doctor::Verdict::deadline);
}

TEST_CASE("a waived failure is neither root nor reason") {
    Finding waived = finding("cache.connect", Outcome::fail);
    waived.waived = doctor::Waiver{"cache.connect", "known", std::nullopt};
    const Diagnosis d = doctor::diagnose({waived, finding("backend.health", Outcome::fail)}, checks);
    REQUIRE(d.roots.size() == 1);
    CHECK(d.findings[d.roots[0].finding].check == "backend.health");
    CHECK(d.waived == 1);
    CHECK(d.failed == 1);
}
