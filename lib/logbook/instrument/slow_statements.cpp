// Digests first, the slow log in a table second.
#include "logbook/instrument/slow_statements.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "logbook/base/text.h"
#include "logbook/instrument/row_reader.h"
#include "logbook/instrument/server.h"
#include "logbook/instrument/sql_fingerprint.h"

namespace logbook::instrument {
namespace {

constexpr size_t most_log_rows = 9'999;

std::string digests_sql(size_t most) {
    return fmt::format(
        "SELECT LEFT(DIGEST_TEXT, {0}) AS statement, SCHEMA_NAME AS db, COUNT_STAR AS n, SUM_ERRORS AS "
        "errors, "
        "ROUND(SUM_TIMER_WAIT / 1000000000) AS total_ms, ROUND(MAX_TIMER_WAIT / 1000000000) AS longest_ms, "
        "SUM_ROWS_SENT AS rows_sent, SUM_ROWS_EXAMINED AS rows_examined, SUM_SELECT_SCAN + "
        "SUM_SELECT_FULL_JOIN AS "
        "full_scans, SUM_NO_GOOD_INDEX_USED AS no_good_index, SUM_CREATED_TMP_DISK_TABLES AS disk_tables, "
        "FIRST_SEEN AS first_seen, LAST_SEEN AS last_seen, (SELECT ROUND(SUM(SUM_TIMER_WAIT) / 1000000000) "
        "FROM "
        "performance_schema.events_statements_summary_by_digest) AS all_ms "
        "FROM performance_schema.events_statements_summary_by_digest WHERE DIGEST_TEXT IS NOT NULL "
        "ORDER BY SUM_TIMER_WAIT DESC LIMIT {1}",
        statement_limit, most);
}

std::string slow_log_sql() {
    return fmt::format("SELECT LEFT(sql_text, {}) AS statement, db, TIME_TO_SEC(query_time) * 1000 + "
                       "MICROSECOND(query_time) DIV "
                       "1000 AS took_ms, rows_sent, rows_examined, start_time FROM mysql.slow_log ORDER BY "
                       "start_time DESC LIMIT {}",
                       statement_limit, most_log_rows);
}

void take_digests(const net::SqlRows& rows, SlowReading& reading) {
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        const RowReader row(rows, i);
        StatementDigest one;
        one.statement = sql_fingerprint(row.text("statement"));
        one.database = row.text("db");
        one.count = row.count("n");
        one.errors = row.count("errors");
        one.total = row.millis("total_ms");
        one.longest = row.millis("longest_ms");
        one.rows_sent = row.count("rows_sent");
        one.rows_examined = row.count("rows_examined");
        one.full_scans = row.count("full_scans");
        one.no_good_index = row.count("no_good_index");
        one.disk_tables = row.count("disk_tables");
        one.first = row.text("first_seen");
        one.last = row.text("last_seen");
        reading.total = row.millis("all_ms");
        reading.statements.push_back(std::move(one));
    }
}

// Whether the server keeps digests; an answer without rows says no more than that nothing was counted.
bool keeps_digests(net::SqlSession& session, Deadline deadline, SlowReading& reading) {
    const auto rows = session.query("SELECT @@performance_schema AS is_on", deadline);
    ++reading.asked;
    if (rows && RowReader(*rows, 0).count("is_on") == 1) return true;
    reading.missing.emplace_back(
        "statement digests: performance_schema is off (performance_schema=ON under [mysqld], "
        "and a restart of the database)");
    return false;
}

bool keeps_slow_log(net::SqlSession& session, Deadline deadline, SlowReading& reading) {
    const auto rows =
        session.query("SELECT @@GLOBAL.slow_query_log AS is_on, @@GLOBAL.log_output AS output", deadline);
    ++reading.asked;
    const bool in_table = rows && contains(rows->text(0, "output"), "TABLE");
    const bool is_on = rows && RowReader(*rows, 0).count("is_on") == 1;
    if (!is_on)
        reading.missing.emplace_back("the slow log is off (SET GLOBAL slow_query_log = ON, log_output = "
                                     "'TABLE', long_query_time = 1)");
    else if (!in_table)
        reading.missing.emplace_back(
            "the slow log is written to a file, not to a table (SET GLOBAL log_output = 'TABLE')");
    return in_table;  // what it held before it was turned off is worth a look too
}

}  // namespace

std::vector<StatementDigest> digest_slow_log(const net::SqlRows& rows) {
    std::map<std::pair<std::string, std::string>, StatementDigest> found;
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        const RowReader row(rows, i);
        const std::string print = sql_fingerprint(row.text("statement")), when = row.text("start_time");
        StatementDigest& one = found[{row.text("db"), print}];
        one.statement = print;
        one.database = row.text("db");
        ++one.count;
        one.total += row.millis("took_ms");
        one.longest = std::max(one.longest, row.millis("took_ms"));
        one.rows_sent += row.count("rows_sent");
        one.rows_examined += row.count("rows_examined");
        if (one.first.empty() || when < one.first) one.first = when;
        if (when > one.last) one.last = when;
    }
    std::vector<StatementDigest> digests;
    for (auto& [key, digest] : found) digests.push_back(std::move(digest));
    std::stable_sort(digests.begin(), digests.end(),
                     [](const StatementDigest& a, const StatementDigest& b) { return a.total > b.total; });
    return digests;
}

Result<SlowReading> read_slow_statements(net::SqlSession& session, size_t most, Deadline deadline) {
    SlowReading reading;
    if (keeps_digests(session, deadline, reading)) {
        const auto rows = session.query(digests_sql(most), deadline);
        ++reading.asked;
        if (rows) {
            reading.source = "statement digests";
            take_digests(*rows, reading);
            return reading;
        }
        if (!may_be_asked_otherwise(rows.error())) return fail(rows.error());
        reading.missing.push_back("statement digests: " + printable(rows.error().what, 160));
    }
    if (keeps_slow_log(session, deadline, reading)) {
        const auto rows = session.query(slow_log_sql(), deadline);
        ++reading.asked;
        if (rows && !rows->rows.empty()) {
            reading.source = "mysql.slow_log";
            reading.statements = digest_slow_log(*rows);
            for (const StatementDigest& one : reading.statements) reading.total += one.total;
            if (reading.statements.size() > most) reading.statements.resize(most);
            return reading;
        }
        if (!rows && !may_be_asked_otherwise(rows.error())) return fail(rows.error());
        reading.missing.push_back("the slow log: " +
                                  (rows ? std::string("it is empty") : printable(rows.error().what, 160)));
    }
    return fail(ErrorCode::unsupported, "the server keeps no account of slow statements",
                join(reading.missing, "\n"));
}

std::string remark_on(const StatementDigest& digest) {
    std::vector<std::string> remarks;
    const uint64_t sent = std::max<uint64_t>(digest.rows_sent, 1);
    if (digest.full_scans * 2 > digest.count &&
        digest.rows_examined / std::max<uint64_t>(digest.count, 1) >= 1000)
        remarks.emplace_back("reads a whole table, or joins without an index");
    if (digest.rows_examined >= 10'000 && digest.rows_examined / sent >= 100)
        remarks.push_back(fmt::format("reads {} rows for each that it sends: an index is missing",
                                      digest.rows_examined / sent));
    if (digest.no_good_index > 0) remarks.emplace_back("found no good index");
    if (digest.disk_tables > 0)
        remarks.push_back(
            fmt::format("made {} on disk", counted(size_t(digest.disk_tables), "temporary table")));
    if (digest.errors > 0 && digest.errors * 10 >= digest.count)
        remarks.push_back(fmt::format("failed {} times of {}", digest.errors, digest.count));
    return join(remarks, "; ");
}

}  // namespace logbook::instrument
