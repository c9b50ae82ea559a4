// What is judged of a schema.
#include <algorithm>
#include <doctest/doctest.h>

#include "logbook/backend/schema_check.h"
#include "logbook/base/text.h"

using namespace logbook::backend;
using logbook::contains;

namespace {

const std::vector<TableNeeds> needs = {{"users", {"id", "rank"}, {{"id", "rank"}}}, {"sessions", {"id"}, {}}};

SchemaFacts complete() {
    return {{{"users", {"id", "rank", "more"}, {{"id"}, {"id", "rank"}}},
             {"sessions", {"id"}, {}},
             {"alembic_version", {"version_num"}, {}}},
            {"a17c4e9d2b61"},
            true};
}

SchemaVerdict verdict(const SchemaFacts& facts) {
    return judge_schema(facts, needs).verdict;
}

}  // namespace

TEST_CASE("verdicts") {
    CHECK(verdict(complete()) == SchemaVerdict::ready);
    CHECK(verdict({}) == SchemaVerdict::empty);
    CHECK(verdict({{{"alembic_version", {"version_num"}, {}}}, {}, false}) == SchemaVerdict::empty);
    CHECK(verdict({{{"alembic_version", {"version_num"}, {}}}, {"core_0001"}, false}) ==
          SchemaVerdict::unfinished);
    CHECK(verdict({{{"alembic_version", {"version_num"}, {}}}, {"a17c4e9d2b61"}, false}) ==
          SchemaVerdict::lacking);
    for (const std::vector<std::string>& rows :
         {std::vector<std::string>{}, {"20260118_0001"}, {"a17c4e9d2b61", "20260118_0001"}}) {
        SchemaFacts facts = complete();
        facts.revisions = rows;
        CHECK(verdict(facts) == SchemaVerdict::unstamped);
        facts.has_members = false;
        CHECK(verdict(facts) == SchemaVerdict::unstamped);
    }
}

TEST_CASE("what is missing is named, and only an unused schema of our own is finished") {
    SchemaFacts facts = complete();
    facts.tables[0].columns = {"id"};
    facts.tables[0].unique = {{"rank", "id"}};
    facts.tables.erase(facts.tables.begin() + 1);
    const SchemaJudgement judgement = judge_schema(facts, needs);
    CHECK(judgement.verdict == SchemaVerdict::lacking);
    CHECK(judgement.missing ==
          std::vector<std::string>{"column users.rank", "unique key on users (id, rank)", "table sessions"});
    facts.revisions = {"core_0001"};
    CHECK(verdict(facts) == SchemaVerdict::lacking);
    facts.has_members = false;
    CHECK(verdict(facts) == SchemaVerdict::unfinished);
    facts.revisions = {"core_0001", "other"};
    CHECK(verdict(facts) == SchemaVerdict::lacking);
}

TEST_CASE("the core's own revision makes every table that is needed") {
    const std::vector<std::string>& statements = core_statements();
    for (const std::string& statement : statements) CHECK(statement.rfind("CREATE TABLE `", 0) == 0);
    for (const TableNeeds& need : schema_needs()) {
        const std::string start = "CREATE TABLE `" + std::string(need.table) + "`";
        const auto found = std::find_if(statements.begin(), statements.end(),
                                        [&](const std::string& one) { return one.rfind(start, 0) == 0; });
        REQUIRE(found != statements.end());
        for (const std::string_view column : need.columns)
            CHECK_MESSAGE(contains(*found, "    `" + std::string(column) + "` "), std::string(column));
    }
}
