// Eight small questions, and what an operator should make of the answers.
#include "logbook/instrument/mysql_status.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/instrument/row_reader.h"
#include "logbook/instrument/server.h"

namespace logbook::instrument {
namespace {

constexpr std::string_view own_schemas =
    "TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')";

// Asks; what this login or server does not tell is named, and no failure.
class Asking {
  public:
    Asking(net::SqlSession& session, Deadline deadline, MysqlReading& reading)
        : session_(session), deadline_(deadline), reading_(reading) {}

    std::optional<net::SqlRows> ask(std::string_view sql, std::string_view what) {
        auto rows = session_.query(sql, deadline_);
        ++reading_.statements;
        if (rows) {
            reading_.rows += rows->rows.size();
            return std::move(*rows);
        }
        failure_ = rows.error();
        if (!what.empty())
            reading_.missing.push_back(fmt::format("{} ({})", what, printable(rows.error().what, 160)));
        return std::nullopt;
    }
    const std::optional<Error>& failure() const { return failure_; }

  private:
    net::SqlSession& session_;
    Deadline deadline_;
    MysqlReading& reading_;
    std::optional<Error> failure_;
};

// MySQL's information_schema fails as a whole where one statement has an emoji in it.
std::string accounts_sql(std::string_view table) {
    return fmt::format("SELECT USER AS user, COUNT(*) AS connections, SUM(COMMAND <> 'Sleep') AS busy FROM "
                       "{} WHERE COMMAND <> 'Daemon' GROUP BY USER ORDER BY connections DESC, user "
                       "LIMIT 100",
                       table);
}

std::map<std::string, std::string> pairs_of(const net::SqlRows& rows) {
    std::map<std::string, std::string> pairs;
    for (const auto& row : rows.rows)
        if (row.size() >= 2 && row[0]) pairs[lower(*row[0])] = row[1].value_or("");
    return pairs;
}

void take_accounts(const net::SqlRows& rows, MysqlReading& reading) {
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        const RowReader row(rows, i);
        reading.accounts.push_back({row.text("user"), row.count("connections"), row.count("busy")});
    }
}

void take_tables(const net::SqlRows& rows, MysqlReading& reading) {
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        const RowReader row(rows, i);
        reading.largest.push_back(
            {row.text("name"), row.text("engine"), row.count("table_rows"), row.count("bytes")});
    }
}

void take_replica(const net::SqlRows& rows, MysqlReading& reading) {
    for (size_t i = 0; i < rows.columns.size() && !rows.rows.empty(); ++i)
        reading.replica[lower(rows.columns[i])] = rows.rows[0][i].value_or("");
}

std::optional<int64_t> find_number(const std::map<std::string, std::string>& pairs, std::string_view name) {
    const auto found = pairs.find(lower(name));
    return found == pairs.end() ? std::nullopt : whole_number(found->second);
}

double percent(int64_t part, int64_t whole) {
    return whole > 0 ? 100.0 * double(part) / double(whole) : 0;
}

Level above(double value, double warn, double fail) {
    return value >= fail ? Level::fail : value >= warn ? Level::warn : Level::ok;
}

Judgement figure(std::string id) {
    Judgement one;
    one.id = std::move(id);
    return one;
}

// ---- one figure each

Judgement judge_connections(const MysqlReading& reading, const MysqlThresholds& t) {
    Judgement one = figure("connections");
    const int64_t now = reading.number("Threads_connected").value_or(0),
                  most = reading.setting("max_connections").value_or(0),
                  peak = reading.number("Max_used_connections").value_or(0);
    one.value = percent(now, most);
    one.warn = t.connections_warn, one.fail = t.connections_fail;
    one.figure = fmt::format("{} of {} ({:.0f} %), at most {} since its start", now, most, *one.value, peak);
    one.level = above(*one.value, t.connections_warn, t.connections_fail);
    if (one.level == Level::ok) return one;
    one.meaning = "further connections are refused at the limit (1040)";
    if (!reading.accounts.empty())
        one.meaning += fmt::format("; most belong to {}: {}", printable(reading.accounts.front().user, 80),
                                   reading.accounts.front().connections);
    one.next = "logbookctl mysql processlist --group client";
    return one;
}

Judgement judge_refused(const MysqlReading& reading) {
    Judgement one = figure("refused");
    const auto refused = reading.number("Connection_errors_max_connections");
    // The place behind the last one is kept for whoever may do all; taken, the limit was reached.
    const bool full_once = reading.number("Max_used_connections").value_or(0) >
                           reading.setting("max_connections").value_or(INT64_MAX);
    one.figure = refused ? fmt::format("{} since its start", *refused) : "not told";
    if (full_once) one.figure += "; the limit was reached";
    one.level = refused.value_or(0) > 0 || full_once ? Level::warn : refused ? Level::ok : Level::unjudged;
    if (refused) one.value = double(*refused);
    if (one.level == Level::warn) {
        one.meaning = "connections were refused, since max_connections was reached (1040)";
        one.next = "logbookctl mysql processlist --group client";
    }
    return one;
}

Judgement judge_pool(const MysqlReading& reading, const PoolUse& pool) {
    Judgement one = figure("pool");
    const int64_t most = reading.setting("max_connections").value_or(0);
    if (!pool.workers) {
        one.level = Level::unjudged;
        one.figure =
            fmt::format("up to {} connections for each process of the backend, {} in all", pool.each, most);
        return one;
    }
    const int64_t may = *pool.workers * pool.each;
    one.figure = fmt::format("{} × {} = {} connections may be opened, {} are allowed",
                             *pool.workers == 1 ? "1 process" : fmt::format("{} processes", *pool.workers),
                             pool.each, may, most);
    one.value = percent(may, most);
    if (may > most) {
        one.level = Level::warn;
        one.meaning = "under load the backend is refused connections that its pool counts on (1040)";
        one.next = fmt::format("max_connections={} or more, or a smaller DB_POOL_MAX", may + 20);
    }
    return one;
}

Judgement judge_buffer_pool(const MysqlReading& reading, const MysqlThresholds& t) {
    Judgement one = figure("buffer_pool");
    const int64_t asked = reading.number("Innodb_buffer_pool_read_requests").value_or(0),
                  read = reading.number("Innodb_buffer_pool_reads").value_or(0),
                  size = reading.setting("innodb_buffer_pool_size").value_or(0);
    one.warn = t.buffer_pool_warn, one.fail = t.buffer_pool_fail, one.low_is_bad = true;
    one.value = asked > 0 ? 100 - percent(read, asked) : 100;
    one.figure =
        fmt::format("{:.2f} % of {} reads from memory ({})", *one.value, asked, human_bytes(uint64_t(size)));
    if (asked < t.fewest_reads) {
        one.level = Level::unjudged;
        one.figure += ", too few to judge";
        return one;
    }
    one.level = *one.value < t.buffer_pool_fail   ? Level::fail
                : *one.value < t.buffer_pool_warn ? Level::warn
                                                  : Level::ok;
    if (one.level != Level::ok) {
        one.meaning = "the data in use does not fit into memory: statements wait for the disk";
        one.next = "a larger innodb_buffer_pool_size, within the container's limit";
    }
    return one;
}

Judgement judge_disk_tables(const MysqlReading& reading, const MysqlThresholds& t) {
    Judgement one = figure("disk_tables");
    const int64_t all = reading.number("Created_tmp_tables").value_or(0),
                  on_disk = reading.number("Created_tmp_disk_tables").value_or(0);
    one.value = percent(on_disk, all);
    one.warn = t.disk_tables_warn;
    one.figure = fmt::format("{} of {} temporary tables on disk ({:.0f} %)", on_disk, all, *one.value);
    if (all < t.fewest_tables)
        one.level = Level::unjudged;
    else if (*one.value >= t.disk_tables_warn)
        one.level = Level::warn;
    if (one.level == Level::warn) {
        one.meaning = "sorting and grouping go by the disk";
        one.next = "logbookctl mysql slow";
    }
    return one;
}

Judgement judge_slow(const MysqlReading& reading) {
    Judgement one = figure("slow_queries");
    const int64_t slow = reading.number("Slow_queries").value_or(0),
                  all = reading.number("Questions").value_or(0);
    const auto limit = reading.variables.find("long_query_time");
    const auto log = reading.variables.find("slow_query_log");
    one.value = double(slow);
    one.figure = fmt::format("{} of {} took over {} s; the slow log is {}", slow, all,
                             limit == reading.variables.end() ? "?" : printable(limit->second, 16),
                             log != reading.variables.end() && log->second == "ON" ? "on" : "off");
    if (slow > 0 && percent(slow, all) >= 1) {
        one.level = Level::warn;
        one.meaning = "one in a hundred statements or more is slow";
        one.next = "logbookctl mysql slow";
    }
    return one;
}

Judgement judge_deadlocks(const MysqlReading& reading) {
    Judgement one = figure("deadlocks");
    const auto count = reading.number("Innodb_deadlocks");
    if (count) one.value = double(*count);
    const auto& last = reading.innodb.last_deadlock;
    one.figure = count  ? fmt::format("{} since its start", *count)
                 : last ? "at least one"
                        : "none that is told";
    if (!last) return one;
    one.level = Level::warn;
    one.figure += ", the last at " + last->when;
    std::vector<std::string> sides;
    for (const DeadlockSide& side : last->sides)
        sides.push_back(
            fmt::format("#{} ({}) waited for {}", side.connection, printable(side.user, 60),
                        side.table.empty() ? "a lock" : "a row of " + printable(side.table, 130)));
    one.meaning = join(sides, " while ");
    if (last->victim > 0 && last->victim <= last->sides.size())
        one.meaning += fmt::format("; #{} was undone (1213) and must be tried again",
                                   last->sides[last->victim - 1].connection);
    return one;
}

Judgement judge_history(const MysqlReading& reading, const MysqlThresholds& t) {
    Judgement one = figure("history");
    if (!reading.innodb.history_length) {
        one.level = Level::unjudged;
        one.figure = "not told";
        return one;
    }
    one.value = double(*reading.innodb.history_length);
    one.warn = double(t.history_warn), one.fail = double(t.history_fail);
    one.figure = fmt::format("{} old row versions to purge", *reading.innodb.history_length);
    one.level = above(*one.value, *one.warn, *one.fail);
    if (one.level != Level::ok) {
        one.meaning = "an old transaction keeps them: every read gets slower, and the files grow";
        one.next = "logbookctl mysql processlist --in-transaction --sort transaction";
    }
    return one;
}

Judgement judge_writable(const MysqlReading& reading) {
    Judgement one = figure("writable");
    const auto found = reading.variables.find("read_only");
    const bool read_only = found != reading.variables.end() && found->second != "OFF" && found->second != "0";
    one.figure = read_only ? "read_only is on" : "yes";
    if (read_only) {
        one.level = Level::fail;
        one.meaning = "it refuses the application's writes (1290)";
        one.next = reading.replica.empty()
                       ? "SET GLOBAL read_only = OFF, when nobody turned it on for a reason"
                       : "it is a replica: the application belongs on its source";
    }
    return one;
}

std::string first_of(const std::map<std::string, std::string>& pairs,
                     std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const auto found = pairs.find(name); found != pairs.end()) return found->second;
    return {};
}

Judgement judge_replication(const MysqlReading& reading) {
    Judgement one = figure("replication");
    if (const std::string cluster = first_of(reading.status, {"wsrep_cluster_size"});
        !cluster.empty() && cluster != "0") {
        const std::string state = first_of(reading.status, {"wsrep_local_state_comment"}),
                          primary = first_of(reading.status, {"wsrep_cluster_status"});
        one.figure = fmt::format("Galera, {} nodes, {}, {}", printable(cluster, 8), printable(state, 40),
                                 printable(primary, 40));
        if (primary != "Primary" || state != "Synced") {
            one.level = Level::fail;
            one.meaning = "this node does not serve the application while it is not in step with the cluster";
        }
        return one;
    }
    if (reading.replica.empty()) {
        one.figure = "none";
        return one;
    }
    const std::string io = first_of(reading.replica, {"replica_io_running", "slave_io_running"}),
                      sql = first_of(reading.replica, {"replica_sql_running", "slave_sql_running"}),
                      behind = first_of(reading.replica, {"seconds_behind_source", "seconds_behind_master"}),
                      error = first_of(reading.replica, {"last_error", "last_sql_error"});
    one.figure = fmt::format("replica: receives {}, applies {}, {} s behind", printable(io, 16),
                             printable(sql, 16), behind.empty() ? "?" : printable(behind, 16));
    if (io != "Yes" || sql != "Yes") {
        one.level = Level::fail;
        one.meaning = error.empty() ? "it no longer follows its source" : printable(error, 200);
    } else if (whole_number(behind).value_or(0) > 60) {
        one.level = Level::warn;
        one.meaning = "it lags behind its source";
    }
    return one;
}

Judgement judge_keys(const MysqlReading& reading) {
    Judgement one = figure("primary_keys");
    one.value = double(reading.without_key.size());
    one.figure = "every table has one";
    if (reading.without_key.empty()) return one;
    one.level = Level::warn;
    std::vector<std::string> few(reading.without_key.begin(),
                                 reading.without_key.begin() +
                                     std::ptrdiff_t(std::min<size_t>(reading.without_key.size(), 5)));
    one.figure =
        fmt::format("{} without: {}{}", counted(reading.without_key.size(), "table"),
                    printable(join(few, ", "), 300), few.size() < reading.without_key.size() ? ", …" : "");
    one.meaning = "rows of such a table cannot be told apart: replication and backups read all of it";
    return one;
}

Judgement judge_sizes(const MysqlReading& reading) {
    Judgement one = figure("largest_tables");
    std::vector<std::string> parts;
    for (size_t i = 0; i < reading.largest.size() && i < 3; ++i)
        parts.push_back(fmt::format("{} {}", printable(reading.largest[i].name, 130),
                                    human_bytes(reading.largest[i].bytes)));
    one.figure = parts.empty() ? "none" : join(parts, ", ");
    return one;
}

}  // namespace

std::optional<int64_t> MysqlReading::number(std::string_view status_name) const {
    return find_number(status, status_name);
}

std::optional<int64_t> MysqlReading::setting(std::string_view variable_name) const {
    return find_number(variables, variable_name);
}

Result<MysqlReading> read_mysql_status(net::SqlSession& session, Deadline deadline) {
    MysqlReading reading;
    reading.version = session.server_version();
    Asking asking(session, deadline, reading);
    if (const auto rows = asking.ask("SHOW GLOBAL STATUS", {}))
        reading.status = pairs_of(*rows);
    else
        return fail(*asking.failure());
    if (const auto rows = asking.ask("SHOW GLOBAL VARIABLES", "the server's settings"))
        reading.variables = pairs_of(*rows);
    const bool mariadb = is_mariadb(session);
    if (const auto rows = asking.ask(
            accounts_sql(mariadb ? "information_schema.PROCESSLIST" : "performance_schema.processlist"),
            mariadb ? "connections of each account" : ""))
        take_accounts(*rows, reading);
    else if (const auto older = mariadb ? std::nullopt
                                        : asking.ask(accounts_sql("information_schema.PROCESSLIST"),
                                                     "connections of each account"))
        take_accounts(*older, reading);
    if (const auto rows = asking.ask("SHOW ENGINE INNODB STATUS", "deadlocks and history"))
        reading.innodb = parse_innodb_status(rows->text(0, "Status"));
    if (const auto rows = asking.ask(
            fmt::format(
                "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name, ENGINE AS engine, TABLE_ROWS AS "
                "table_rows, COALESCE(DATA_LENGTH, 0) + COALESCE(INDEX_LENGTH, 0) AS bytes FROM "
                "information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND {} ORDER BY bytes DESC, name "
                "LIMIT 10",
                own_schemas),
            "sizes of tables"))
        take_tables(*rows, reading);
    if (const auto rows = asking.ask(
            fmt::format(
                "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name FROM information_schema.TABLES t WHERE "
                "TABLE_TYPE = 'BASE TABLE' AND {} AND NOT EXISTS (SELECT 1 FROM "
                "information_schema.STATISTICS s WHERE s.TABLE_SCHEMA = t.TABLE_SCHEMA AND s.TABLE_NAME = "
                "t.TABLE_NAME AND s.INDEX_NAME = 'PRIMARY') ORDER BY name LIMIT 50",
                own_schemas),
            "tables without a primary key"))
        for (size_t i = 0; i < rows->rows.size(); ++i)
            reading.without_key.emplace_back(rows->text(i, "name"));
    // MySQL 8.0.22 and MariaDB 10.5 know the first word, older ones the second.
    if (const auto rows = asking.ask("SHOW REPLICA STATUS", {}))
        take_replica(*rows, reading);
    else if (const auto older = asking.ask("SHOW SLAVE STATUS", "replication"))
        take_replica(*older, reading);
    return reading;
}

std::vector<Judgement> judge_mysql(const MysqlReading& reading, const PoolUse& pool,
                                   const MysqlThresholds& thresholds) {
    return {judge_connections(reading, thresholds),
            judge_refused(reading),
            judge_pool(reading, pool),
            judge_writable(reading),
            judge_buffer_pool(reading, thresholds),
            judge_disk_tables(reading, thresholds),
            judge_slow(reading),
            judge_deadlocks(reading),
            judge_history(reading, thresholds),
            judge_replication(reading),
            judge_keys(reading),
            judge_sizes(reading)};
}

}  // namespace logbook::instrument
