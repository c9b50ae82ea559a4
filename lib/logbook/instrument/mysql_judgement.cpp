// What an operator should make of the database server's figures.
#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/instrument/mysql_status.h"
#include "logbook/instrument/row_reader.h"

namespace logbook::instrument {
namespace {

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
