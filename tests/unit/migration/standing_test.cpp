// How a database stands to a chain: every verdict, which of two wrongs is told, what is pending and in which
// order, and where a database that is ahead left the chain.
#include "logbook/migration/standing.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::migration;
using revision::RevisionFile;
using revision::RevisionMap;

namespace {

RevisionFile file(std::string id, std::vector<std::string> down = {}, std::vector<std::string> needs = {}) {
    RevisionFile made;
    made.path = "/v/" + id + ".py";
    made.revision = std::move(id);
    made.down_revisions = std::move(down);
    made.depends_on = std::move(needs);
    return made;
}

// base - left - merge - top, with right beside left.
RevisionMap chain() {
    return *RevisionMap::make({file("top", {"merge"}), file("merge", {"left", "right"}),
                               file("left", {"base"}), file("right", {"base"}), file("base")});
}

TableFacts at(std::optional<std::vector<std::string>> rows, int64_t users = 84) {
    TableFacts facts;
    facts.revisions = std::move(rows);
    facts.users = users;
    facts.organizations = users > 0;
    facts.tables = 254;
    return facts;
}

std::string pending_of(const RevisionMap& map, const ChainStanding& standing) {
    std::vector<std::string> ids;
    for (const auto index : standing.pending) ids.push_back(map[index].file.revision);
    return join(ids, " ");
}

}  // namespace

TEST_CASE("at head, and pending in an order in which an upgrade can run") {
    const RevisionMap map = chain();
    const auto head = judge_standing(map, at({{"top"}}));
    REQUIRE(head);
    CHECK(head->standing == Standing::at_head);
    CHECK(head->applied == 5);
    CHECK(head->pending.empty());

    const auto behind = judge_standing(map, at({{"left"}}));
    REQUIRE(behind);
    CHECK(behind->standing == Standing::pending);
    CHECK(behind->why == "3 revisions are pending");
    CHECK(behind->applied == 2);
    CHECK(pending_of(map, *behind) == "right merge top");
    CHECK(judge_standing(map, at({{"merge"}}))->why == "1 revision is pending");
}

TEST_CASE("what a revision depends on is pending before it, and applied with it") {
    const auto map = RevisionMap::make({file("a"), file("b", {"a"}, {"x"}), file("x")});
    REQUIRE(map);
    CHECK(pending_of(*map, *judge_standing(*map, at({{"a"}}))) == "x b");
    const auto done = judge_standing(*map, at({{"b"}}));
    CHECK(done->applied == 3);
    CHECK(done->pending.empty());
}

TEST_CASE("nothing stored is fresh; members without a stamp are the wipe trap") {
    const RevisionMap map = chain();
    const auto empty = judge_standing(map, at(std::nullopt, 0));
    CHECK(empty->standing == Standing::fresh);
    CHECK(empty->pending.size() == 5);
    const std::optional<std::vector<std::string>> armed[] = {
        std::nullopt, std::vector<std::string>{}, std::vector<std::string>{std::string(init_stamp)}};
    for (const auto& rows : armed) {
        const auto standing = judge_standing(map, at(rows));
        CHECK(standing->standing == Standing::wipe_trap);
        CHECK(contains(standing->why, "deletes every table"));
        CHECK(standing->pending.empty());
        CHECK(contains(standing->why, "`users` has 84 rows"));
    }
}

TEST_CASE("an unknown revision is told before several rows, and those before several heads") {
    const RevisionMap map = chain();
    const auto unknown = judge_standing(map, at({{"left", "later"}}));
    CHECK(unknown->standing == Standing::unknown_revision);
    CHECK(unknown->unknown == std::vector<std::string>{"later"});
    CHECK(unknown->current.size() == 1);
    CHECK(unknown->pending.empty());  // nobody knows
    CHECK(contains(unknown->why, "`later`"));
    CHECK_FALSE(contains(unknown->why, "`left`"));
    CHECK(judge_standing(map, at({{"left", "right"}}))->standing == Standing::several_rows);

    const auto forked = RevisionMap::make({file("a"), file("b", {"a"}), file("c", {"a"})});
    const auto heads = judge_standing(*forked, at({{"a"}}));
    CHECK(heads->standing == Standing::several_heads);
    CHECK(heads->pending.size() == 2);
}

TEST_CASE("neither the beginning of an identifier nor a label is a revision of the database") {
    auto labelled = file("base");
    labelled.branch_labels = {"station"};
    const auto map = RevisionMap::make({labelled, file("later", {"base"})});
    REQUIRE(map);
    for (const char* row : {"station", "lat", "later ", "LATER"})
        CHECK(judge_standing(*map, at({{row}}))->standing == Standing::unknown_revision);
}

TEST_CASE("a pending identifier of 33 characters has no room; an applied one does not matter") {
    const std::string longest(33, 'x');
    const auto map = RevisionMap::make({file("a"), file(longest, {"a"})});
    const auto standing = judge_standing(*map, at({{"a"}}));
    CHECK(standing->standing == Standing::too_long);
    CHECK(contains(standing->why, "33 characters"));
    CHECK(judge_standing(*map, at({{longest}}))->standing == Standing::at_head);
}

TEST_CASE("a database that could not be read is judged by nothing else") {
    TableFacts facts = at({{"top"}});
    facts.unread = Error{ErrorCode::unreachable, "no route to mysql:3306", {}};
    const auto standing = judge_standing(chain(), facts);
    CHECK(standing->standing == Standing::unread);
    CHECK(standing->why == "no route to mysql:3306");
}

TEST_CASE("hostile text in alembic_version stays one printable line") {
    const auto standing = judge_standing(chain(), at({{"\x1b[31m\n'; DROP TABLE users"}}));
    CHECK(standing->standing == Standing::unknown_revision);
    CHECK(standing->why.find('\x1b') == std::string::npos);
    CHECK(standing->why.find('\n') == std::string::npos);
}

TEST_CASE("the newest revision that both codes have") {
    const auto newer = RevisionMap::make({file("base"), file("left", {"base"}), file("right", {"base"}),
                                          file("other", {"left"}), file("ahead", {"other"})});
    REQUIRE(newer);
    CHECK(last_known_by(chain(), *newer, "ahead") == "left");
    CHECK(last_known_by(chain(), *newer, "nowhere").empty());
    const auto stranger = RevisionMap::make({file("ahead")});
    CHECK(last_known_by(chain(), *stranger, "ahead").empty());
}

TEST_CASE("the backend's log tells by which steps the database went on") {
    const std::string log =
        "INFO  [alembic.runtime.migration] Running upgrade base -> left, Add ranks\n"
        "INFO  [alembic.runtime.migration] Running upgrade left -> other, More\n"
        "noise -> ahead\n"
        "INFO  [alembic.runtime.migration] Running upgrade other, right -> ahead, Merge\n";
    CHECK(last_known_by_log(chain(), log, "other") == "left");
    const std::string merged = last_known_by_log(chain(), log, "ahead");
    CHECK((merged == "left" || merged == "right"));
    CHECK(last_known_by_log(chain(), log, "nowhere").empty());
    CHECK(last_known_by_log(chain(), "Running upgrade a -> b\nRunning upgrade b -> a\n", "a").empty());
    CHECK(last_known_by_log(chain(), "", "a").empty());
}
