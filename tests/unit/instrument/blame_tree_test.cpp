// From the locks of one moment to the connection that holds up the others.
#include "logbook/instrument/blame_tree.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::instrument;

namespace {

Process process(uint64_t id, const char* command, int seconds, const char* state = "",
                const char* statement = nullptr) {
    Process one;
    one.id = id;
    one.user = "app";
    one.database = "station";
    one.command = command;
    one.time = Millis(seconds * 1000);
    one.state = state;
    if (statement) one.statement = statement;
    return one;
}

Process with_transaction(Process one, int age, const char* state = "RUNNING") {
    one.transaction = Transaction{Millis(age * 1000), state, 3, 2, 1};
    return one;
}

constexpr const char* table_wait = "Waiting for table metadata lock";

// An idle transaction, an ALTER behind it, and readers behind the ALTER.
LockReading pile_up() {
    LockReading reading;
    reading.list.processes = {
        with_transaction(process(10, "Sleep", 100), 100),
        process(11, "Query", 50, table_wait, "ALTER TABLE users ADD COLUMN z INT"),
        process(12, "Query", 40, table_wait, "SELECT COUNT(*) FROM users"),
        process(13, "Query", 30, table_wait, "SELECT * FROM station.users WHERE id = 7"),
        process(14, "Sleep", 5)};
    return reading;
}

std::string drawn(const BlameNode& node) {
    std::string text = std::to_string(node.id);
    for (size_t i = 0; i < node.waiters.size(); ++i) text += (i == 0 ? "(" : " ") + drawn(node.waiters[i]);
    return node.waiters.empty() ? text : text + ")";
}

std::string drawn(const BlameTree& tree) {
    std::string text;
    for (const BlameNode& root : tree.roots) text += (text.empty() ? "" : " ") + drawn(root);
    return text;
}

RowWait row_wait(uint64_t waiter, uint64_t blocker, int seconds, bool queued = false) {
    return {waiter, blocker, "station.items", "PRIMARY", "X", "X", Millis(seconds * 1000), queued, false};
}

}  // namespace

TEST_CASE("row locks: a chain, a fan, and a blocker of two kinds") {
    LockReading reading;
    reading.row_waits = {row_wait(2, 1, 5), row_wait(3, 2, 4), row_wait(4, 2, 9), row_wait(6, 5, 1),
                         row_wait(6, 1, 1)};
    const BlameTree tree = blame(reading);
    CHECK(drawn(tree) == "1(2(4 3) 6) 5");
    CHECK(tree.waiters == 4);
    CHECK(tree.longest == Millis(9000));
    CHECK(tree.roots[0].waiters[1].also_behind == std::vector<uint64_t>{5});
}

TEST_CASE("a waiter in front counts only for who has no other blocker") {
    LockReading reading;
    reading.row_waits = {row_wait(2, 1, 5), row_wait(3, 2, 4, true), row_wait(3, 1, 4),
                         row_wait(4, 2, 3, true)};
    CHECK(drawn(blame(reading)) == "1(2(4) 3)");
}

TEST_CASE("a circle is shown once and ends") {
    LockReading reading;
    reading.row_waits = {row_wait(1, 2, 1), row_wait(2, 1, 1), row_wait(3, 2, 1)};
    const BlameTree tree = blame(reading);
    REQUIRE(tree.roots.size() == 1);
    CHECK(tree.roots[0].circle);
    CHECK(tree.waiters == 3);
}

TEST_CASE("metadata locks: readers wait behind the ALTER, which waits for the idle transaction") {
    LockReading reading = pile_up();
    reading.metadata_source = MetadataSource::performance_schema;
    reading.metadata = {{10, "TABLE", "station.users", "SHARED_READ", true},
                        {11, "TABLE", "station.users", "SHARED_UPGRADABLE", true},
                        {11, "TABLE", "station.users", "EXCLUSIVE", false},
                        {12, "TABLE", "station.users", "SHARED_READ", false},
                        {13, "TABLE", "station.users", "SHARED_READ", false}};
    const BlameTree tree = blame(reading);
    CHECK(drawn(tree) == "10(11(12 13))");
    CHECK_FALSE(tree.roots[0].waiters[0].wait->inferred);
    CHECK(tree.unexplained.empty());
}

TEST_CASE("where the server does not tell, statement, state and age do") {
    const BlameTree tree = blame(pile_up());
    CHECK(drawn(tree) == "10(11(12 13))");
    CHECK(tree.roots[0].waiters[0].wait->inferred);
}

TEST_CASE("the plugin tells holders, not waiters") {
    LockReading reading = pile_up();
    reading.metadata_source = MetadataSource::plugin;
    reading.metadata = {{10, "TABLE", "station.users", "SHARED_READ", true},
                        {14, "TABLE", "station.other", "SHARED_READ", true}};
    const BlameTree tree = blame(reading);
    CHECK(drawn(tree) == "10(11(12 13))");
    CHECK_FALSE(tree.roots[0].waiters[0].wait->inferred);
    CHECK(tree.roots[0].waiters[0].wait->object == "station.users");
}

TEST_CASE("who waits for nobody that is known is said") {
    LockReading reading;
    reading.list.processes = {process(7, "Query", 9, "Waiting for global read lock", "UPDATE t SET a = 1")};
    const BlameTree tree = blame(reading);
    CHECK(tree.roots.empty());
    CHECK(tree.unexplained == std::vector<uint64_t>{7});
    CHECK(tree.longest == Millis(9000));
}

TEST_CASE("the modes that stand in each other's way") {
    CHECK(must_wait("EXCLUSIVE", "SHARED_READ", true));
    CHECK_FALSE(must_wait("EXCLUSIVE", "SHARED_READ", false));
    CHECK(must_wait("SHARED_READ", "EXCLUSIVE", false));
    CHECK_FALSE(must_wait("SHARED_READ", "SHARED_WRITE", true));
    CHECK_FALSE(must_wait("SHARED_READ", "SHARED_UPGRADABLE", true));
    CHECK(must_wait("SHARED_WRITE", "SHARED_NO_WRITE", true));
    CHECK_FALSE(must_wait("SHARED_HIGH_PRIO", "EXCLUSIVE", false));
    CHECK(must_wait("SHARED_NO_READ_WRITE", "SHARED_READ", true));
    CHECK_FALSE(must_wait("INTENTION_EXCLUSIVE", "INTENTION_EXCLUSIVE", true));
    CHECK(must_wait("BACKUP_FTWRL1", "BACKUP_DDL", true));
}

TEST_CASE("remedies") {
    LockReading reading = pile_up();
    reading.list.processes.push_back(with_transaction(process(20, "Query", 9, "Updating"), 9));
    reading.list.processes.push_back(with_transaction(process(21, "Query", 9), 9, "ROLLING BACK"));
    reading.list.processes.push_back(process(22, "Slave_SQL", 9));
    reading.list.processes.back().kind = ProcessKind::replication;
    CHECK(remedy_for(reading, 10) == Remedy::kill_connection);
    CHECK(remedy_for(reading, 20) == Remedy::kill_statement);
    CHECK(remedy_for(reading, 21) == Remedy::wait_solving);
    CHECK(remedy_for(reading, 22) == Remedy::wait_server);
    reading.migration_lock_holder = 10;
    CHECK(remedy_for(reading, 10) == Remedy::wait_migration);
}

TEST_CASE("thousands behind one ALTER") {
    LockReading reading = pile_up();
    reading.metadata_source = MetadataSource::performance_schema;
    reading.metadata = {{10, "TABLE", "station.users", "SHARED_READ", true},
                        {11, "TABLE", "station.users", "EXCLUSIVE", false}};
    for (uint64_t id = 100; id < 5100; ++id) {
        reading.list.processes.push_back(process(id, "Query", 1, table_wait, "SELECT 1 FROM users"));
        reading.metadata.push_back({id, "TABLE", "station.users", "SHARED_READ", false});
    }
    CHECK(blame(reading).roots.at(0).waiters.at(0).waiters.size() == 5000);
    reading.metadata_source = MetadataSource::none;
    CHECK(blame(reading).waiters == 5003);
}
