// From Alembic's offline output to judged statements, and how a run goes on after a revision that fails
// offline.
#include "logbook/migration/upgrade_plan.h"

#include <algorithm>
#include <doctest/doctest.h>
#include <set>

#include "logbook/base/text.h"
#include "logbook/migration/scratch_schema.h"
#include "logbook/revision/revision_range.h"

using namespace logbook;
using namespace logbook::migration;
using revision::RevisionIndex;
using revision::RevisionMap;

namespace {

RevisionMap chain(std::vector<std::pair<std::string, std::vector<std::string>>> revisions) {
    std::vector<revision::RevisionFile> files;
    for (auto& [id, down] : revisions) {
        revision::RevisionFile file;
        file.path = "/v/" + id + ".py";
        file.revision = id;
        file.down_revisions = down;
        files.push_back(std::move(file));
    }
    auto map = RevisionMap::make(std::move(files));
    REQUIRE(map);
    return std::move(*map);
}

// Alembic's offline mode, by its own rules: everything that the target needs and the start does not have, one
// after another, up to the first revision that cannot be rendered.
class OfflineAlembic final : public Alembic {
  public:
    OfflineAlembic(const RevisionMap& map, std::set<std::string> failing)
        : map_(map), failing_(std::move(failing)) {}
    mutable std::vector<std::string> asked;
    bool no_offline_mode = false;

    std::string where() const override { return "in a test"; }
    Result<AlembicEnd> run(const AlembicCall& call, Deadline) const override {
        REQUIRE(call.arguments.size() == 3);
        CHECK(call.arguments[0] == "upgrade");
        CHECK(call.arguments[2] == "--sql");
        asked.push_back(call.arguments[1]);
        const auto is_told_of_no_database = [](const docker::EnvironmentValue& one) {
            return one.name == "DB_HOST" && one.value.reveal() == "offline.invalid";
        };
        CHECK(std::any_of(call.environment.begin(), call.environment.end(), is_told_of_no_database));
        if (no_offline_mode) {
            call.line(docker::Channel::err, "RuntimeError: no offline mode here");
            return AlembicEnd{1, false, false};
        }
        const auto ends = split(call.arguments[1], ':');
        std::vector<RevisionIndex> rows;
        if (ends[0] != "base") rows.push_back(*map_.find(ends[0]));
        const auto path = revision::upgrade_path(map_, rows, ends[1]);
        REQUIRE(path);
        for (const RevisionIndex index : *path) {
            const std::string& id = map_[index].file.revision;
            call.line(docker::Channel::out, "-- Running upgrade x -> " + id);
            call.line(docker::Channel::out, "");
            if (failing_.count(id) > 0) {
                call.line(docker::Channel::out, "half of it;");
                call.line(docker::Channel::err, "AttributeError: " + id + " looked at the database");
                return AlembicEnd{1, false, false};
            }
            call.line(docker::Channel::out, "SELECT '" + id + "';");
        }
        return AlembicEnd{};
    }

  private:
    const RevisionMap& map_;
    const std::set<std::string> failing_;
};

struct Rendered {
    std::vector<std::string> steps;  // "r2: SELECT 'r2';" or "r3? why"
    std::vector<std::string> asked;
};

Rendered rendered(const RevisionMap& map, std::set<std::string> failing, const std::string& row,
                  const std::string& target = "head") {
    const OfflineAlembic alembic(map, std::move(failing));
    std::vector<RevisionIndex> rows;
    if (!row.empty()) rows.push_back(*map.find(row));
    const auto path = revision::upgrade_path(map, rows, target);
    REQUIRE(path);
    const auto steps = render_offline({alembic, map, rows, *path}, Deadline::in(Millis(5000)));
    REQUIRE(steps);
    Rendered all;
    all.asked = alembic.asked;
    for (const OfflineStep& step : *steps)
        all.steps.push_back(map[step.revision].file.revision +
                            (step.sql ? ": " + std::string(trim(*step.sql)) : "? " + step.why));
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("one call, and one more after each revision that fails offline") {
    const RevisionMap map =
        chain({{"r1", {}}, {"r2", {"r1"}}, {"r3", {"r2"}}, {"r4", {"r3"}}, {"r5", {"r4"}}});
    const auto all = rendered(map, {}, "r1");
    CHECK(all.steps == Lines{"r2: SELECT 'r2';", "r3: SELECT 'r3';", "r4: SELECT 'r4';", "r5: SELECT 'r5';"});
    CHECK(all.asked == Lines{"r1:r5"});
    const auto two = rendered(map, {"r2", "r4"}, "r1");
    CHECK(two.steps == Lines{"r2? AttributeError: r2 looked at the database", "r3: SELECT 'r3';",
                             "r4? AttributeError: r4 looked at the database", "r5: SELECT 'r5';"});
    CHECK(two.asked == Lines{"r1:r5", "r2:r5", "r4:r5"});
    CHECK(rendered(map, {"r5"}, "r4").steps == Lines{"r5? AttributeError: r5 looked at the database"});
    CHECK(rendered(map, {}, "", "r1").asked == Lines{"base:r1"});
}

TEST_CASE("branches: what fails on one does not hide the other, nor the merge") {
    const RevisionMap map = chain({{"r1", {}},
                                   {"a1", {"r1"}},
                                   {"a2", {"a1"}},
                                   {"b1", {"r1"}},
                                   {"b2", {"b1"}},
                                   {"m", {"a2", "b2"}},
                                   {"z", {"m"}}});
    for (const std::string one : {"a1", "a2", "b1", "b2"}) {
        CAPTURE(one);
        const auto steps = rendered(map, {one}, "r1").steps;
        CHECK(steps.size() == 6);
        for (const std::string& step : steps) {
            const std::string id = step.substr(0, step.find_first_of(":?"));
            CHECK(step == (id == one ? id + "? AttributeError: " + id + " looked at the database"
                                     : id + ": SELECT '" + id + "';"));
        }
    }
    // Both branches have one: the merge cannot be come to, and what stands above it can.
    const auto both = rendered(map, {"a2", "b1"}, "r1").steps;
    CHECK(std::count_if(both.begin(), both.end(), [](const auto& step) { return contains(step, "?"); }) == 3);
    CHECK(std::find(both.begin(), both.end(), "z: SELECT 'z';") != both.end());
    // A second base.
    const RevisionMap bases = chain({{"r1", {}}, {"s1", {}}, {"m", {"r1", "s1"}}});
    CHECK(rendered(bases, {"r1"}, "", "m").steps.size() == 3);
}

TEST_CASE("an environment without an offline mode is asked once") {
    const RevisionMap map = chain({{"r1", {}}, {"r2", {"r1"}}, {"r3", {"r2"}}});
    OfflineAlembic alembic(map, {});
    alembic.no_offline_mode = true;
    const auto steps = render_offline({alembic, map, {0}, {1, 2}}, Deadline::in(Millis(5000)));
    REQUIRE(steps);
    CHECK(alembic.asked.size() == 1);
    for (const OfflineStep& step : *steps) CHECK(step.why == "RuntimeError: no offline mode here");
}

TEST_CASE("output is cut at headlines that are expected, once each, and at no others") {
    const RevisionMap map = chain({{"r1", {}}, {"r2", {"r1"}}, {"r3", {"r2"}}});
    const auto steps = cut_offline_sql(
        "CREATE TABLE alembic_version (x INT);\n-- Running upgrade r1 -> r2\nA;\n"
        "-- Running upgrade r1 -> r2\n-- Running upgrade of nothing\n-- Running upgrade x -> nobody\nB;\n"
        "-- Running upgrade  -> r1\nof a line that is done;\n-- Running upgrade r2 -> r3",
        map, {1, 2});
    REQUIRE(steps.size() == 2);
    CHECK(*steps[0].sql == "A;\n-- Running upgrade r1 -> r2\n-- Running upgrade of nothing\n-- Running "
                           "upgrade x -> nobody\nB;\n");
    CHECK(steps[1].sql->empty());
    CHECK(cut_offline_sql("", map, {1}).empty());
    CHECK(cut_offline_sql("\n\n", map, {1}).empty());
}

TEST_CASE("a plan knows each table's size, what it makes itself, and leaves Alembic's notes out") {
    SchemaSnapshot schema;
    TableShape members;
    members.name = "members";
    members.rows = 12'000;
    members.data_bytes = 4 << 20;
    members.index_bytes = 1 << 20;
    schema.tables = {members};
    const SqlServer server{true, 101114};
    const std::vector<OfflineStep> steps = {
        {0,
         "ALTER TABLE members ADD COLUMN a INT;\n\nUPDATE alembic_version SET version_num='r2' WHERE "
         "alembic_version.version_num = 'r1';\n",
         {}},
        {1,
         "CREATE TABLE tours (id INT);\nALTER TABLE tours MODIFY id BIGINT;\nALTER TABLE members MODIFY a "
         "BIGINT;",
         {}},
        {2, std::nullopt, "it looks at the database"},
        {3, "UPDATE nowhere SET a = 1;\nDROP TABLE members;", {}},
        {4, "DELETE FROM alembic_version;", {}},
        {5, "SELECT 'open;", {}},
    };
    const UpgradePlan plan = make_plan(steps, schema, server);
    REQUIRE(plan.steps.size() == 6);
    REQUIRE(plan.steps[0].statements);
    CHECK(plan.steps[0].statements->size() == 1);
    CHECK(plan.steps[0].effect() == Effect::instant);
    const auto& second = *plan.steps[1].statements;
    CHECK(second[1].made_before);
    CHECK_FALSE(second[1].rows);
    CHECK(second[2].rows == 12'000);
    CHECK(second[2].bytes == 5 << 20);
    CHECK(plan.steps[1].effect() == Effect::rewrites);
    CHECK(plan.steps[2].effect() == Effect::unknown);
    CHECK(plan.steps[3].effect() == Effect::destroys);
    CHECK_FALSE(plan.steps[3].statements->front().made_before);
    CHECK(plan.steps[4].statements->size() == 1);  // which would make the backend drop every table
    CHECK(plan.steps[4].effect() == Effect::destroys);
    CHECK_FALSE(plan.steps[5].statements);
    CHECK(contains(plan.steps[5].why, "does not end"));
    CHECK(plan.untold() == 2);
    CHECK(plan.steps_that(Effect::destroys) == 2);
    CHECK(plan.steps_that(Effect::rewrites) == 1);
    REQUIRE(plan.largest(Effect::rewrites));
    CHECK(plan.largest(Effect::rewrites)->effect.table == "members");
    CHECK(plan.largest(Effect::unknown) == nullptr);
}

TEST_CASE("only names of our own making are a scratch database's") {
    CHECK(is_scratch_name("logbookctl_rehearsal_0123456789ab"));
    for (const char* other :
         {"logbookctl_rehearsal_", "logbookctl_rehearsal_0123456789a", "logbookctl_rehearsal_0123456789abc",
          "logbookctl_rehearsal_0123456789AB", "xlogbookctl_rehearsal_0123456789ab", "the_logbook", ""})
        CHECK_FALSE(is_scratch_name(other));
}
