// What an upgrade reads and judges without a server: Alembic's words, the journal, the gates.
#include <doctest/doctest.h>
#include <fstream>

#include "logbook/base/json.h"
#include "logbook/base/text.h"
#include "logbook/migration/alembic_words.h"
#include "logbook/migration/upgrade_gate.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::migration;

namespace {

revision::RevisionFile file(const std::string& id, std::vector<std::string> down) {
    revision::RevisionFile made;
    made.path = id + ".py";
    made.revision = id;
    made.down_revisions = std::move(down);
    return made;
}

// a - b - c - d
revision::RevisionMap line_of_four() {
    return revision::RevisionMap::make({file("a", {}), file("b", {"a"}), file("c", {"b"}), file("d", {"c"})})
        .value();
}

TableFacts at(std::vector<std::string> rows) {
    TableFacts facts;
    facts.revisions = std::move(rows);
    facts.users = 84;
    facts.organizations = 1;
    facts.tables = 254;
    return facts;
}

// A world in which nothing stands in the way.
struct World {
    revision::RevisionMap code = line_of_four();
    TableFacts tables = at({"b"});
    ChainStanding standing = judge_standing(code, tables).value();

    UpgradeFacts facts() const {
        UpgradeFacts facts{code, standing, tables, "station"};
        facts.has_backup = true;
        facts.backend = BackendStands::up;
        facts.backend_name = "intranet-backend";
        facts.disk_free = uint64_t(10) << 30;
        return facts;
    }
};

Gate gate_of(const UpgradeFacts& facts) {
    const auto refusal = refuse_upgrade(facts);
    REQUIRE(refusal);
    CHECK_FALSE(refusal->what.empty());
    CHECK_FALSE(refusal->next.empty());
    for (const std::string& next : refusal->next) CHECK_FALSE(contains(next, "stamp head"));
    return refusal->gate;
}

ColumnShape column(const std::string& name) {
    ColumnShape made;
    made.name = name;
    made.type = "int(11)";
    return made;
}

SchemaSnapshot schema(const std::vector<std::string>& tables) {
    SchemaSnapshot snapshot;
    snapshot.database = "station";
    for (const std::string& name : tables) {
        TableShape table;
        table.name = name;
        table.engine = "InnoDB";
        table.columns = {column("id")};
        table.columns.back().fallback = "0";
        table.indexes = {{"PRIMARY", true, "BTREE", {"id"}, true}};
        table.foreign_keys = {{"fk", {"id"}, "users", {"id"}, "CASCADE", "NO ACTION"}};
        table.checks = {{"positive", "`id` > 0", false}};
        table.triggers = {{"t", "BEFORE INSERT", "SET NEW.id = 1"}};
        snapshot.tables.push_back(table);
    }
    return snapshot;
}

}  // namespace

TEST_CASE("the lines of steps") {
    const auto step =
        read_step_line("INFO  [alembic.runtime.migration] Running upgrade s20, s20b -> s21, Merge, both");
    REQUIRE(step);
    CHECK(step->from == "s20, s20b");
    CHECK(step->to == "s21");
    CHECK(step->title == "Merge, both");
    CHECK(read_step_line("Running upgrade  -> a, First")->to == "a");
    CHECK(read_step_line("Running upgrade  -> a, First")->from.empty());
    CHECK(read_step_line("-- Running upgrade a -> b")->to == "b");
    for (const char* none :
         {"", "Running upgrade", "Running upgrade a ->", "Running downgrade b -> a", "Running upgrade a, b"})
        CHECK_MESSAGE(!read_step_line(none), none);
    CHECK(read_step_line("Running upgrade a -> \x1b[31mb, \r\n")->to.find('\x1b') == std::string::npos);
}

TEST_CASE("the failure is the last exception, with its statement and without its values") {
    AlembicWords words;
    for (const char* line : {"Traceback (most recent call last):",
                             "pymysql.err.OperationalError: (1060, \"Duplicate column name 'x'\")", "",
                             "The above exception was the direct cause of the following exception:",
                             "sqlalchemy.exc.OperationalError: (pymysql.err.OperationalError) (1060, "
                             "\"Duplicate column name 'x'\")",
                             "[SQL: ", "ALTER TABLE members", "\tADD COLUMN x INT]",
                             "[parameters: {'name': 'canary of a member'}]",
                             "(Background on this error at: https://sqlalche.me/e/14/e3q8)"})
        words.take(line);
    const AlembicFailure failure = words.failure();
    CHECK(failure.server_errno == 1060);
    CHECK(contains(failure.said, "Duplicate column name 'x'"));
    CHECK(failure.sql == "ALTER TABLE members\n\tADD COLUMN x INT");
    for (const std::string& line : words.last_lines()) CHECK_FALSE(contains(line, "canary"));
}

TEST_CASE("failures that are none of the server's") {
    AlembicWords unknown;
    unknown.take("  FAILED: Can't locate revision identified by 'x'");
    CHECK(unknown.failure().said == "FAILED: Can't locate revision identified by 'x'");
    AlembicWords key;
    key.take("    raise KeyError(x)");
    key.take("KeyError: 'x'");
    CHECK(key.failure().said == "KeyError: 'x'");
    AlembicWords odd;
    odd.take("something else");
    CHECK(odd.failure().said == "something else");
    AlembicWords endless;
    endless.take("[SQL: SELECT");
    for (int i = 0; i < 10'000; ++i) endless.take("1, 2, 3");
    CHECK(endless.failure().sql.size() < 5'000);
}

TEST_CASE("nothing stands in the way") {
    const World world;
    CHECK_FALSE(refuse_upgrade(world.facts()));
}

TEST_CASE("each gate by itself") {
    World world;
    UpgradeFacts facts = world.facts();
    facts.has_backup = false;
    CHECK(gate_of(facts) == Gate::backup);
    facts.no_backup = true;
    CHECK_FALSE(refuse_upgrade(facts));
    facts.percent_in_password = true;
    CHECK(gate_of(facts) == Gate::password);
    facts.native = true;  // no Python reads it
    CHECK_FALSE(refuse_upgrade(facts));
    facts.disk_free = 1000;
    CHECK(gate_of(facts) == Gate::disk);
    facts.at_work = {{"intranet-backend", "alembic upgrade head", false}};
    CHECK(gate_of(facts) == Gate::at_work);
    facts.backend = BackendStands::restarting;
    CHECK(gate_of(facts) == Gate::restarting);
    facts.stays_up = false;
    CHECK(gate_of(facts) == Gate::at_work);
    facts.backend = BackendStands::starting;
    CHECK(gate_of(facts) == Gate::starting);
}

TEST_CASE("a database that no upgrade may touch") {
    World world;
    const auto gate = [&](TableFacts tables) {
        world.tables = std::move(tables);
        world.standing = judge_standing(world.code, world.tables).value();
        return gate_of(world.facts());
    };
    CHECK(gate(at({})) == Gate::wipe_trap);
    CHECK(gate(at({std::string(init_stamp)})) == Gate::wipe_trap);
    CHECK(gate(at({"from_the_future"})) == Gate::chain);
    CHECK(gate(at({"a", "c"})) == Gate::chain);  // an ancestor beside its descendant
    TableFacts unread;
    unread.unread = Error{ErrorCode::unreachable, "nobody answers", "start it"};
    CHECK(gate(unread) == Gate::unread);
    TableFacts fresh;
    fresh.tables = 0;
    CHECK(gate(fresh) == Gate::fresh);
    UpgradeFacts native = world.facts();
    native.native = true;
    CHECK_FALSE(refuse_upgrade(native));
}

TEST_CASE("two rows in the middle of a branch are gone on from") {
    World world;
    world.code = revision::RevisionMap::make(
                     {file("a", {}), file("b1", {"a"}), file("b2", {"a"}), file("c", {"b1", "b2"})})
                     .value();
    world.tables = at({"b1", "b2"});
    world.standing = judge_standing(world.code, world.tables).value();
    CHECK_FALSE(refuse_upgrade(world.facts()));
}

TEST_CASE("what an earlier upgrade left half done") {
    World world;
    UpgradeFacts facts = world.facts();
    UpgradeJournal journal;
    journal.database = "station";
    journal.target = "d";
    journal.running = "c";
    journal.since = "c";
    facts.journal = journal;
    SUBCASE("something of it is there") {
        facts.changes = schema_changes(schema({"users"}), schema({"half_done", "users"}));
        const auto refusal = refuse_upgrade(facts);
        REQUIRE(refusal);
        CHECK(refusal->gate == Gate::half_done);
        REQUIRE(refusal->there.size() == 1);
        CHECK(contains(refusal->there[0], "half_done"));
        CHECK(contains(refusal->what, "`c`"));
        facts.repaired = true;
        CHECK_FALSE(refuse_upgrade(facts));
    }
    SUBCASE("nothing of it is there: rows alone are put back by the server") {
        facts.changes.emplace();
        CHECK_FALSE(refuse_upgrade(facts));
        CHECK(contains(told_by_journal(facts), "nothing of it is left"));
    }
    SUBCASE("what is there cannot be told") {
        CHECK(gate_of(facts) == Gate::half_done);
    }
    SUBCASE("it went on unseen: the next one may be half done") {
        facts.journal->running = "b";
        CHECK(unfinished_by(*facts.journal, world.code, world.standing) == world.code.find("c"));
        CHECK(gate_of(facts) == Gate::half_done);
    }
    SUBCASE("it came to its target, or is of another database") {
        facts.journal->target = "b";
        CHECK_FALSE(refuse_upgrade(facts));
        CHECK(contains(told_by_journal(facts), "finished it"));
        facts.journal->target = "d";
        facts.journal->database = "other";
        CHECK_FALSE(refuse_upgrade(facts));
        CHECK(told_by_journal(facts).empty());
    }
}

TEST_CASE("which changes are the unfinished revision's") {
    const auto changes = schema_changes(schema({"users"}), schema({"half_done", "t7", "users"}));
    REQUIRE(changes.size() == 2);
    UpgradeJournal journal;
    journal.running = "c";
    journal.since = "a";
    CHECK(left_by(journal, "c", changes, "op.create_table('half_done', …)").size() == 1);
    CHECK(left_by(journal, "c", changes, "op.create_table('half_done_too', 't77')").empty());
    CHECK(left_by(journal, "c", changes, std::nullopt).size() == 2);
    journal.since = "c";  // its own beginning: all that is different is its
    CHECK(left_by(journal, "c", changes, "nothing").size() == 2);
    journal.left = {
        words_of(changes[1])};  // what there was when it failed; the other was put right, or is new
    CHECK(left_by(journal, "c", changes, std::nullopt).size() == 1);
}

TEST_CASE("a journal is read as it was written, and nonsense is refused") {
    const test::Scratch dir;
    const auto path = dir.path() / "upgrade.json";
    CHECK_FALSE(read_journal(path).value());
    UpgradeJournal journal;
    journal.database = "station";
    journal.begun = from_unix_seconds(1'795'000'000);
    journal.target = "d";
    journal.running = "c";
    journal.said = "1060 Duplicate column name";
    journal.left = {"new table `x`"};
    journal.before = schema({"users", "members"});
    journal.before->tables[1].columns[0].fallback.reset();
    REQUIRE(write_journal(path, journal));
    // The snapshot alone may be missing: a kill between the two files.
    CHECK_FALSE(read_journal(path).value()->before);
    std::ofstream(path.string() + ".schema") << Json::object({{"kind", "logbookctl upgrade journal 1"},
                                                              {"since", "b"},
                                                              {"schema", to_json(*journal.before)}})
                                                    .dump();
    const auto read = read_journal(path);
    REQUIRE(read);
    REQUIRE(*read);
    CHECK((*read)->running == "c");
    CHECK((*read)->since == "b");
    CHECK((*read)->said == journal.said);
    CHECK((*read)->left == journal.left);
    CHECK((*read)->begun == journal.begun);
    REQUIRE((*read)->before);
    CHECK(schema_changes(*journal.before, *(*read)->before).empty());
    for (const char* nonsense : {"", "{}", "[1]", "{\"kind\":7}", "\xff\xfe"}) {
        std::ofstream(path, std::ios::trunc) << nonsense;
        CHECK_FALSE(read_journal(path));
    }
    remove_journal(path);
    CHECK_FALSE(read_journal(path).value());
    for (const char* none : {"null", "[]", "{}", "7"}) CHECK_FALSE(read_snapshot(parse_json(none).value()));
    CHECK(read_snapshot(parse_json(R"({"tables":[7,{"columns":[null,{"name":[]}],"indexes":{}}]})").value()));
}
