// What proves where the tables are: the last start's log, the text of a revision, the code's times.
#include "logbook/migration/record.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::migration;

namespace {

StartProof read(const std::vector<std::string>& lines) {
    StartProof proof;
    for (const std::string& line : lines) proof.take(line);
    return proof;
}

const std::string begins =
    "2026-11-22 07:53:10 | INFO     | main:lifespan:1342 - Starting The Logbook Backend (worker PID 9)...";
const std::string up_to_date =
    "2026-11-22 07:53:11 | INFO     | main:x:1 - Database schema is already up to date";
const std::string ends =
    "2026-11-22 07:53:21 | INFO     | main:lifespan:1784 - Server started on port 3001 (worker PID 9)";

ColumnShape column(const std::string& name) {
    ColumnShape made;
    made.name = name;
    return made;
}

SchemaSnapshot schema(const std::vector<std::pair<std::string, std::vector<std::string>>>& tables) {
    SchemaSnapshot snapshot;
    for (const auto& [name, columns] : tables) {
        TableShape table;
        table.name = name;
        for (const std::string& one : columns) table.columns.push_back(column(one));
        snapshot.tables.push_back(table);
    }
    return snapshot;
}

constexpr std::string_view text_b = R"(
revision = "b"
def upgrade() -> None:
    op.create_table("ranks", sa.Column("id", sa.Integer))
    op.add_column(
        'members', sa.Column('badge', sa.String(20)))
    op.drop_column("members", "old")
    op.execute("ALTER TABLE `members` ADD COLUMN `height` INT")

def downgrade() -> None:
    op.drop_table("ranks")
    op.add_column("members", sa.Column("old", sa.Integer))
)";

revision::RevisionFile file(const std::string& id, std::vector<std::string> down, int64_t written) {
    revision::RevisionFile made;
    made.path = id + ".py";
    made.revision = id;
    made.down_revisions = std::move(down);
    made.written = from_unix_seconds(written);
    return made;
}

std::vector<std::string> unproved(const RecordFacts& facts) {
    std::vector<std::string> names;
    for (const RecordProof& proof : prove_revision(facts)) {
        CHECK_FALSE(proof.says.empty());
        if (!proof.proved) names.push_back(proof.name);
    }
    return names;
}

}  // namespace

TEST_CASE("the last start's log") {
    CHECK_FALSE(read({}).found());
    const StartProof good = read({begins, up_to_date, ends});
    CHECK(good.done());
    CHECK(good.at_head());
    CHECK(contains(good.line(), "already up to date"));
    const StartProof upgraded =
        read({begins, "INFO  [alembic.runtime.migration] Running upgrade a -> b, Ranks",
              "INFO  [alembic.runtime.migration] Running upgrade b -> c, More", ends});
    CHECK(upgraded.revision() == "c");
    CHECK(
        read({begins, "Fresh database detected", "… - Database stamped to head revision: a17c4e9d2b61", ends})
            .revision() == "a17c4e9d2b61");
    CHECK_FALSE(read({begins, up_to_date}).done());
    CHECK_FALSE(read({begins, up_to_date, ends, begins, "Database connection attempt 1/40"}).done());
    CHECK_FALSE(read({begins, up_to_date, ends, begins, ends}).at_head());  // the last one says nothing
    CHECK_FALSE(
        read({begins, "Migration failed (1060). Stamping to head...", up_to_date, ends}).against().empty());
}

TEST_CASE("what a revision's text says it makes") {
    const RevisionObjects objects = objects_of(text_b, false);
    CHECK(objects.made ==
          std::vector<SchemaObject>{{"ranks", ""}, {"members", "badge"}, {"members", "height"}});
    CHECK(objects.removed == std::vector<SchemaObject>{{"members", "old"}});
    std::string missing;
    CHECK(has_objects(schema({{"members", {"Badge", "height"}}, {"ranks", {"id"}}}), objects, missing));
    CHECK_FALSE(has_objects(schema({{"members", {"badge", "height"}}}), objects, missing));
    CHECK(missing == "there is no table `ranks`");
    CHECK_FALSE(
        has_objects(schema({{"members", {"badge", "height", "old"}}, {"ranks", {}}}), objects, missing));
    CHECK(contains(missing, "still"));
}

TEST_CASE("texts that name nothing, or hide it") {
    for (const char* none :
         {"", "def upgrade():\n    pass\n", "def downgrade():\n    op.create_table('x')\n",
          "def upgrade():\n    op.create_table(NAME)\n", "def upgrade():\n    op.create_table('x",
          "op.create_table('outside')", "def upgrade():\n    op.add_column('t', Other('c'))\n"})
        CHECK_MESSAGE(objects_of(none, false).empty(), none);
    CHECK(objects_of(
              "CREATE TABLE IF NOT EXISTS `a`.`b` (id INT); ALTER TABLE c DROP COLUMN d; DROP TABLE e;", true)
              .made == std::vector<SchemaObject>{{"b", ""}});
    CHECK(objects_of("create table a (id int); drop table a;", true).made.empty());
}

TEST_CASE("four proofs, each for itself") {
    const auto code = revision::RevisionMap::make({file("a", {}, 1000), file("b", {"a"}, 1000)}).value();
    const SchemaSnapshot tables = schema({{"members", {"badge", "height"}}, {"ranks", {"id"}}});
    const auto source = [](const revision::RevisionFile& asked) -> Result<std::string> {
        return asked.revision == "b" ? std::string(text_b)
                                     : std::string("def upgrade():\n    op.create_table('members')\n");
    };
    RecordFacts facts{code,
                      *code.find("b"),
                      read({begins, up_to_date, ends}),
                      from_unix_seconds(2000),
                      "the container intranet-backend",
                      true,
                      tables,
                      source,
                      {}};
    CHECK(unproved(facts).empty());
    SUBCASE("the log says another revision, or nothing") {
        facts.start = read({begins, "Running upgrade x -> a, A", ends});
        CHECK(unproved(facts) == std::vector<std::string>{"log"});
        facts.start = {};
        CHECK(unproved(facts) == std::vector<std::string>{"log"});
    }
    SUBCASE("a file was written after the start, the code is another, or the revision is no head") {
        facts.started = from_unix_seconds(500);
        CHECK(unproved(facts) == std::vector<std::string>{"head"});
        facts.started = from_unix_seconds(2000);
        facts.code_runs = false;
        CHECK(unproved(facts) == std::vector<std::string>{"head"});
    }
    SUBCASE("the revision below the head: the next one's objects are there") {
        facts.revision = *code.find("a");
        CHECK(unproved(facts) == std::vector<std::string>{"head", "schema"});
    }
    SUBCASE("a table is missing") {
        const SchemaSnapshot less = schema({{"members", {"badge", "height"}}});
        RecordFacts other{code, facts.revision, facts.start, facts.started, facts.code_is, true,
                          less, source,         {}};
        CHECK(unproved(other) == std::vector<std::string>{"schema"});
    }
    SUBCASE("an upgrade failed here") {
        facts.journal.emplace();
        CHECK(unproved(facts) == std::vector<std::string>{"upgrade"});
    }
}

TEST_CASE("a merge proves what both of its lines make") {
    const auto code = revision::RevisionMap::make({file("a", {}, 1), file("b1", {"a"}, 1),
                                                   file("b2", {"a"}, 1), file("m", {"b1", "b2"}, 1)})
                          .value();
    const auto source = [](const revision::RevisionFile& asked) -> Result<std::string> {
        if (asked.revision == "m") return std::string("def upgrade():\n    pass\n");
        return "def upgrade():\n    op.create_table('t_" + asked.revision + "')\n";
    };
    const SchemaSnapshot both = schema({{"t_b1", {}}, {"t_b2", {}}}), one = schema({{"t_b1", {}}});
    const StartProof start = read({begins, up_to_date, ends});
    CHECK(unproved({code, *code.find("m"), start, from_unix_seconds(2), "here", true, both, source, {}})
              .empty());
    CHECK(unproved({code, *code.find("m"), start, from_unix_seconds(2), "here", true, one, source, {}}) ==
          std::vector<std::string>{"schema"});
}
