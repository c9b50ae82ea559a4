// Rows of process lists in the shapes that servers send, and the choice among them.
#include "logbook/instrument/process_list.h"

#include <doctest/doctest.h>

#include "logbook/instrument/process_filter.h"

using namespace logbook;
using namespace logbook::instrument;

namespace {

net::SqlRows rows_of(std::vector<std::vector<net::SqlValue>> rows) {
    return {{"ID", "USER", "HOST", "DB", "COMMAND", "STATE", "time_ms", "statement", "statement_bytes",
             "EXAMINED_ROWS", "trx_state", "trx_age_ms", "trx_rows_locked", "trx_rows_modified",
             "trx_tables_locked"},
            std::move(rows)};
}

std::vector<net::SqlValue> row(const char* id, const char* user, const char* host, const char* command,
                               const char* state, const char* time, net::SqlValue statement = std::nullopt,
                               net::SqlValue transaction = std::nullopt) {
    return {id,   user, host,        "station", command, state, time, statement,
            "10", "5",  transaction, "90000",   "3",     "2",   "1"};
}

// Idle pools, work, waits, the server's own threads: what a busy station's list is made of.
std::vector<Process> station() {
    return parse_processes(
        rows_of({row("9", "app", "172.18.0.4:46034", "Sleep", "", "15000"),
                 row("5", "event_scheduler", "localhost", "Daemon", "Waiting on empty queue", "462000"),
                 row("12", "system user", "", "Slave_SQL", "Has read all relay log", "77000"),
                 row("13", "repl", "10.0.0.3:1", "Binlog Dump GTID", "Source has sent all", "1000"),
                 row("399", "app", "localhost", "Query", "executing", "8000", "SELECT BENCHMARK(4, 1)"),
                 row("402", "app", "172.18.0.4:1", "Query", "updating", "6000",
                     "UPDATE inventory_items SET notes='waiter'", "LOCK WAIT"),
                 row("405", "admin", "::1:4711", "Execute", "Waiting for table metadata lock", "6500",
                     "ALTER TABLE users ADD COLUMN z INT"),
                 row("406", "backup", "172.18.0.9:2", "Sleep", "", "660000", std::nullopt, "RUNNING"),
                 row("408", "root", "localhost", "Query", "init", "0", "SHOW PROCESSLIST")}),
        408);
}

std::vector<uint64_t> ids(const ProcessFilter& filter, ProcessOrder order = ProcessOrder::id) {
    std::vector<Process> chosen;
    for (const Process& process : station())
        if (wanted(filter, process)) chosen.push_back(process);
    sort_processes(chosen, order);
    std::vector<uint64_t> numbers;
    for (const Process& process : chosen) numbers.push_back(process.id);
    return numbers;
}

using Ids = std::vector<uint64_t>;

}  // namespace

TEST_CASE("a row is read by its columns' names, and its host in two parts") {
    const auto all = station();
    REQUIRE(all.size() == 9);
    CHECK(all[0].id == 5);  // by id
    CHECK(all[0].kind == ProcessKind::daemon);
    CHECK(all[0].address.empty());
    const Process& update = all[5];
    CHECK(update.id == 402);
    CHECK(update.address == "172.18.0.4");
    CHECK(update.port == 1);
    CHECK(update.time == Millis(6000));
    CHECK(update.rows_examined == 5u);
    REQUIRE(update.transaction);
    CHECK(update.transaction->age == Millis(90000));
    CHECK(update.transaction->rows_locked == 3);
    CHECK_FALSE(update.statement_cut());
    CHECK(all[6].address == "::1");
    CHECK(all[6].port == 4711);
    CHECK(all[8].kind == ProcessKind::self);
    CHECK_FALSE(all[1].statement);
}

TEST_CASE("rows that lack columns, or hold nonsense, are read all the same") {
    CHECK(parse_processes({}, 1).empty());
    const auto odd =
        parse_processes({{"ID", "HOST", "time_ms"}, {{"x", "a:b:c", "-5"}, {"7", std::nullopt, "9e9"}}}, 0);
    REQUIRE(odd.size() == 2);
    CHECK(odd[0].address == "a:b:c");
    CHECK(odd[0].time == Millis(0));
    CHECK(odd[0].kind == ProcessKind::client);
}

TEST_CASE("this connection, replication and daemons are left out unless they are asked for") {
    CHECK(ids({}) == Ids{9, 399, 402, 405, 406});
    ProcessFilter all;
    all.server_threads = true;
    CHECK(ids(all).size() == 9);
}

TEST_CASE("each condition alone, and two together") {
    ProcessFilter filter;
    filter.users = {"APP"};
    CHECK(ids(filter) == Ids{9, 399, 402});
    filter.commands = {"query"};
    CHECK(ids(filter) == Ids{399, 402});
    filter = {};
    filter.states = {"waiting for*lock"};
    CHECK(ids(filter) == Ids{405});
    filter = {};
    filter.clients = {"172.18.0.*"};
    CHECK(ids(filter) == Ids{9, 402, 406});
    filter.clients = {"*backup"};
    CHECK(ids(filter).empty());
    filter.client_name = [](const Process& one) {
        return std::string(one.address == "172.18.0.9" ? "intranet-backup" : "");
    };
    CHECK(ids(filter) == Ids{406});
    filter = {};
    filter.busy = Millis(6500);
    CHECK(ids(filter) == Ids{399, 405});
    filter = {};
    filter.idle = Millis(60'000);
    CHECK(ids(filter) == Ids{406});
    filter = {};
    filter.in_transaction = true;
    CHECK(ids(filter) == Ids{402, 406});
    filter = {};
    filter.statement = [](std::string_view text) { return text.find("waiter") != std::string_view::npos; };
    CHECK(ids(filter) == Ids{402});
    filter = {};
    filter.databases = {"other"};
    CHECK(ids(filter).empty());
}

TEST_CASE("orders put first what they are named after") {
    CHECK(ids({}, ProcessOrder::work) == Ids{399, 405, 402, 406, 9});
    CHECK(ids({}, ProcessOrder::time) == Ids{406, 9, 399, 405, 402});
    CHECK(ids({}, ProcessOrder::transaction).front() == 402);
    CHECK(ids({}, ProcessOrder::user).front() == 405);
}

TEST_CASE("groups count, the largest first") {
    std::vector<Process> clients;
    for (const Process& process : station())
        if (process.kind == ProcessKind::client) clients.push_back(process);
    const auto groups = group_processes(clients, [](const Process& process) { return process.user; });
    REQUIRE(groups.size() == 3);
    CHECK(groups[0].key == "app");
    CHECK(groups[0].count == 3);
    CHECK(groups[0].busy == 2);
    CHECK(groups[0].longest == Millis(8000));
    CHECK(groups[1].key == "admin");
}

TEST_CASE("a pattern with stars") {
    CHECK(fits("a*c", "ABxC"));
    CHECK(fits("*", ""));
    CHECK(fits("", ""));
    CHECK_FALSE(fits("", "a"));
    CHECK(fits("a**", "a"));
    CHECK_FALSE(fits("a*b", "a*c"));
    CHECK_FALSE(fits(std::string(60, '*') + "b", std::string(4000, 'a')));  // and at once
}
