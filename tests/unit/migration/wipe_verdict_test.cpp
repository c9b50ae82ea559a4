// The wipe verdict: what arms the trap, and that what cannot be read never allows a start.
#include "logbook/migration/wipe_verdict.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::migration;

namespace {

TableFacts members(std::optional<std::vector<std::string>> revisions) {
    TableFacts facts;
    facts.revisions = std::move(revisions);
    facts.users = 84;
    facts.organizations = 1;
    facts.tables = 254;
    return facts;
}

}  // namespace

TEST_CASE("a stamp that the backend goes on from is safe") {
    for (const char* stamp : {"a17c4e9d2b61", "20260118_0002", "20260118_00011"})
        CHECK(judge_wipe(members({{stamp}})).trap == WipeTrap::safe);
    // Two heads are odd, and nothing that is taken for a fresh install.
    CHECK(judge_wipe(members({{"20260118_0001", "a17c4e9d2b61"}})).trap == WipeTrap::safe);
}

TEST_CASE("a missing or empty table, a blank row, and the init stamp arm it while members are stored") {
    const std::optional<std::vector<std::string>> armed[] = {std::nullopt,
                                                             std::vector<std::string>{},
                                                             std::vector<std::string>{""},
                                                             std::vector<std::string>{" "},
                                                             std::vector<std::string>{"20260118_0001"},
                                                             std::vector<std::string>{" 20260118_0001 "}};
    for (const auto& revisions : armed) {
        const WipeVerdict verdict = judge_wipe(members(revisions));
        CHECK(verdict.trap == WipeTrap::armed);
        CHECK_FALSE(verdict.allows_start());
        CHECK(verdict.why.find("`users` has 84 rows") != std::string::npos);
    }
    TableFacts one = members(std::nullopt);
    one.users = 0;
    CHECK(judge_wipe(one).why.find("`organizations` has 1 row") != std::string::npos);
    one.users = 10'000;
    CHECK(judge_wipe(one).why.find("10000 rows or more") != std::string::npos);
}

TEST_CASE("without members it is a fresh install") {
    TableFacts facts;
    facts.tables = 0;
    CHECK(judge_wipe(facts).trap == WipeTrap::fresh);
    CHECK(judge_wipe(facts).allows_start());
    CHECK_FALSE(may_hold_data(facts));
    facts.users = facts.organizations = 0;
    facts.tables = 254;
    CHECK(judge_wipe(facts).trap == WipeTrap::fresh);
    CHECK(judge_wipe(facts).why.find("anew") != std::string::npos);
}

TEST_CASE("what could not be read counts as armed, whatever else was") {
    TableFacts facts = members({{"a17c4e9d2b61"}});
    facts.unread = Error{ErrorCode::auth, "1142 SELECT command denied", {}};
    CHECK(judge_wipe(facts).trap == WipeTrap::unknown);
    CHECK_FALSE(judge_wipe(facts).allows_start());
    CHECK(judge_wipe(facts).why == "1142 SELECT command denied");
    TableFacts nothing;
    nothing.unread = facts.unread;
    CHECK(may_hold_data(nothing));
    CHECK_FALSE(WipeVerdict{}.allows_start());
}
