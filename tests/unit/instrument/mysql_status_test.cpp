// A server's figures, and the report of a deadlock in both families' words.
#include "logbook/instrument/mysql_status.h"

#include <doctest/doctest.h>

#include "logbook/instrument/slow_statements.h"

using namespace logbook;
using namespace logbook::instrument;

namespace {

constexpr const char* report = R"(
=====================================
2026-11-30 21:06:18 0x7f73c01c06c0 INNODB MONITOR OUTPUT
------------------------
LATEST DETECTED DEADLOCK
------------------------
2026-11-30 21:05:01 0x7f73c01c06c0
*** (1) TRANSACTION:
TRANSACTION 31, ACTIVE 0 sec starting index read
mysql tables in use 1, locked 1
LOCK WAIT 4 lock struct(s), heap size 1128, 2 row lock(s), undo log entries 1
MariaDB thread id 12, OS thread handle 139, query id 33 localhost 127.0.0.1 app Updating
UPDATE items SET notes = 'geheim'
 WHERE id = 22
*** WAITING FOR THIS LOCK TO BE GRANTED:
RECORD LOCKS space id 5 page no 3 n bits 72 index PRIMARY of table `station`.`items` trx id 31 lock_mode X locks rec but not gap waiting
Record lock, heap no 3 PHYSICAL RECORD: n_fields 5
*** CONFLICTING WITH:
RECORD LOCKS space id 5 page no 3 n bits 72 index PRIMARY of table `station`.`items` trx id 32 lock_mode X locks rec but not gap

*** (2) TRANSACTION:
TRANSACTION 32, ACTIVE 0 sec starting index read
MySQL thread id 13, OS thread handle 140, query id 34 172.18.0.4 backup updating
DELETE FROM other
*** WAITING FOR THIS LOCK TO BE GRANTED:
RECORD LOCKS space id 6 page no 3 n bits 72 index name of table `station`.`other` trx id 32 lock_mode S waiting
*** WE ROLL BACK TRANSACTION (2)
------------
TRANSACTIONS
------------
Trx id counter 40
History list length 123456
)";

Judgement one_of(const std::vector<Judgement>& all, std::string_view id) {
    for (const Judgement& one : all)
        if (one.id == id) return one;
    FAIL("no such figure");
    return {};
}

MysqlReading healthy() {
    MysqlReading reading;
    reading.status = {{"threads_connected", "20"},
                      {"max_used_connections", "30"},
                      {"connection_errors_max_connections", "0"},
                      {"innodb_buffer_pool_read_requests", "1000000"},
                      {"innodb_buffer_pool_reads", "100"},
                      {"created_tmp_tables", "5000"},
                      {"created_tmp_disk_tables", "10"},
                      {"slow_queries", "3"},
                      {"questions", "100000"}};
    reading.variables = {{"max_connections", "200"},
                         {"read_only", "OFF"},
                         {"long_query_time", "10.0"},
                         {"slow_query_log", "OFF"},
                         {"innodb_buffer_pool_size", "134217728"}};
    reading.innodb.history_length = 5;
    return reading;
}

}  // namespace

TEST_CASE("a deadlock's two sides") {
    const InnodbStatus status = parse_innodb_status(report);
    CHECK(status.history_length == 123456u);
    REQUIRE(status.last_deadlock);
    const Deadlock& found = *status.last_deadlock;
    CHECK(found.when == "2026-11-30 21:05:01");
    CHECK(found.victim == 2);
    REQUIRE(found.sides.size() == 2);
    CHECK(found.sides[0].connection == 12);
    CHECK(found.sides[0].user == "app");
    CHECK(found.sides[0].statement == "UPDATE items SET notes = 'geheim'\nWHERE id = 22");
    CHECK(found.sides[0].table == "station.items");
    CHECK(found.sides[0].mode == "X");
    CHECK(found.sides[1].connection == 13);
    CHECK(found.sides[1].user == "backup");
    CHECK(found.sides[1].address == "172.18.0.4");
    CHECK(found.sides[1].index == "name");
}

TEST_CASE("a report that is cut anywhere, or none, is read without harm") {
    const std::string_view text(report);
    for (size_t cut = 0; cut < text.size(); ++cut) (void)parse_innodb_status(text.substr(0, cut));
    CHECK_FALSE(parse_innodb_status("").last_deadlock);
    CHECK_FALSE(parse_innodb_status("LATEST DETECTED DEADLOCK\n*** (1) TRANSACTION:\n").last_deadlock);
}

TEST_CASE("a healthy server gives no warning") {
    for (const Judgement& one : judge_mysql(healthy(), {})) {
        CAPTURE(one.id);
        CHECK(one.level <= Level::unjudged);
        CHECK_FALSE(one.figure.empty());
    }
    CHECK(worst(judge_mysql({}, {})) == Level::ok);  // and what tells nothing gives none either
}

TEST_CASE("each figure past its threshold") {
    const auto level = [](auto change, std::string_view id, PoolUse pool = {}) {
        MysqlReading reading = healthy();
        change(reading);
        return one_of(judge_mysql(reading, pool), id).level;
    };
    CHECK(level([](MysqlReading& r) { r.status["threads_connected"] = "160"; }, "connections") ==
          Level::warn);
    CHECK(level([](MysqlReading& r) { r.status["threads_connected"] = "190"; }, "connections") ==
          Level::fail);
    CHECK(level([](MysqlReading& r) { r.status["connection_errors_max_connections"] = "1"; }, "refused") ==
          Level::warn);
    CHECK(level([](MysqlReading& r) { r.status["max_used_connections"] = "201"; }, "refused") == Level::warn);
    CHECK(level([](MysqlReading&) {}, "pool", {7, 30}) == Level::warn);
    CHECK(level([](MysqlReading&) {}, "pool", {6, 30}) == Level::ok);
    CHECK(level([](MysqlReading& r) { r.variables["read_only"] = "ON"; }, "writable") == Level::fail);
    CHECK(level([](MysqlReading& r) { r.status["innodb_buffer_pool_reads"] = "50000"; }, "buffer_pool") ==
          Level::warn);
    CHECK(level([](MysqlReading& r) { r.status["innodb_buffer_pool_reads"] = "500000"; }, "buffer_pool") ==
          Level::fail);
    CHECK(level([](MysqlReading& r) { r.status["created_tmp_disk_tables"] = "2500"; }, "disk_tables") ==
          Level::warn);
    CHECK(level([](MysqlReading& r) { r.status["slow_queries"] = "2000"; }, "slow_queries") == Level::warn);
    CHECK(level([](MysqlReading& r) { r.innodb.history_length = 100'000; }, "history") == Level::warn);
    CHECK(level([](MysqlReading& r) { r.innodb.history_length = 1'000'000; }, "history") == Level::fail);
    CHECK(level([](MysqlReading& r) { r.innodb = parse_innodb_status(report); }, "deadlocks") == Level::warn);
    CHECK(level([](MysqlReading& r) { r.without_key = {"a.b"}; }, "primary_keys") == Level::warn);
    CHECK(level(
              [](MysqlReading& r) {
                  r.replica = {{"slave_io_running", "No"}, {"slave_sql_running", "Yes"}};
              },
              "replication") == Level::fail);
    CHECK(level(
              [](MysqlReading& r) {
                  r.replica = {{"replica_io_running", "Yes"},
                               {"replica_sql_running", "Yes"},
                               {"seconds_behind_source", "61"}};
              },
              "replication") == Level::warn);
    CHECK(level(
              [](MysqlReading& r) {
                  r.status["wsrep_cluster_size"] = "3", r.status["wsrep_cluster_status"] = "non-Primary";
              },
              "replication") == Level::fail);
    CHECK(level(
              [](MysqlReading& r) {
                  r.status["wsrep_cluster_size"] = "3", r.status["wsrep_cluster_status"] = "Primary",
                  r.status["wsrep_local_state_comment"] = "Synced";
              },
              "replication") == Level::ok);
}

TEST_CASE("the slow log is put together by statement") {
    const net::SqlRows rows{{"statement", "db", "took_ms", "rows_sent", "rows_examined", "start_time"},
                            {{"SELECT 1 FROM t WHERE a=1", "s", "500", "1", "90000", "2026-11-30 21:00:00"},
                             {"SELECT 1 FROM t WHERE a=2", "s", "700", "1", "90000", "2026-11-30 20:00:00"},
                             {"UPDATE t SET a='geheim'", "s", "100", "0", "1", "2026-11-30 21:00:00"}}};
    const auto digests = digest_slow_log(rows);
    REQUIRE(digests.size() == 2);
    CHECK(digests[0].statement == "SELECT ? FROM t WHERE a=?");
    CHECK(digests[0].count == 2);
    CHECK(digests[0].total == Millis(1200));
    CHECK(digests[0].longest == Millis(700));
    CHECK(digests[0].first == "2026-11-30 20:00:00");
    CHECK(remark_on(digests[0]) == "reads 90000 rows for each that it sends: an index is missing");
    CHECK(remark_on(digests[1]).empty());
}

TEST_CASE("remarks on a digest") {
    StatementDigest digest;
    digest.count = 10;
    digest.full_scans = 10;
    digest.rows_examined = 100;
    CHECK(remark_on(digest).empty());  // small tables are read whole on purpose
    digest.rows_examined = 20'000;
    digest.rows_sent = 20'000;
    CHECK(remark_on(digest) == "reads a whole table, or joins without an index");
    digest.disk_tables = 2;
    digest.errors = 5;
    CHECK(remark_on(digest) ==
          "reads a whole table, or joins without an index; made 2 temporary tables on disk; failed 5 "
          "times of 10");
}
