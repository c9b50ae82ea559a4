// The sources differ: MySQL tells locks in performance_schema, MariaDB row locks in information_schema, and
// metadata locks in performance_schema (when that is on) or by a plugin.
#include "logbook/instrument/lock_reading.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "logbook/base/text.h"
#include "logbook/instrument/row_reader.h"
#include "logbook/instrument/server.h"

namespace logbook::instrument {
namespace {

constexpr size_t most_waits = 9'999;

constexpr std::string_view waited_ms =
    "TIMESTAMPDIFF(SECOND, rt.trx_wait_started, CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')) * 1000 AS "
    "waited_ms";

// Without those whose blocker itself only waits in the same queue: fifty waiters of one row would be more
// than a thousand rows.
std::string row_waits_sql(bool mariadb, bool queued) {
    if (mariadb)
        return fmt::format(
            "SELECT DISTINCT rt.trx_mysql_thread_id AS waiter, bt.trx_mysql_thread_id AS blocker, "
            "rl.lock_table AS "
            "lock_table, rl.lock_index AS lock_index, rl.lock_mode AS lock_mode, bl.lock_mode AS "
            "blocker_mode, w.blocking_trx_id = 0 AS nameless, {} "
            "FROM information_schema.INNODB_LOCK_WAITS w "
            "JOIN information_schema.INNODB_TRX rt ON rt.trx_requested_lock_id = w.requested_lock_id "
            "JOIN information_schema.INNODB_LOCKS rl ON rl.lock_id = w.requested_lock_id "
            "JOIN information_schema.INNODB_LOCKS bl ON bl.lock_id = w.blocking_lock_id "
            "JOIN information_schema.INNODB_TRX bt ON bt.trx_id = w.blocking_trx_id "
            "WHERE (bt.trx_id <> 0 OR bt.trx_rows_locked > 0) "
            "AND {} COALESCE(bt.trx_requested_lock_id = w.blocking_lock_id, 0) "
            "ORDER BY waiter, blocker LIMIT {}",
            waited_ms, queued ? "" : "NOT", most_waits + 1);
    return fmt::format(
        "SELECT DISTINCT rt.trx_mysql_thread_id AS waiter, bt.trx_mysql_thread_id AS blocker, "
        "CONCAT(rl.OBJECT_SCHEMA, "
        "'.', rl.OBJECT_NAME) AS lock_table, rl.INDEX_NAME AS lock_index, rl.LOCK_MODE AS lock_mode, "
        "bl.LOCK_MODE AS blocker_mode, {} "
        "FROM performance_schema.data_lock_waits w "
        "JOIN information_schema.INNODB_TRX rt ON rt.trx_id = w.REQUESTING_ENGINE_TRANSACTION_ID "
        "JOIN information_schema.INNODB_TRX bt ON bt.trx_id = w.BLOCKING_ENGINE_TRANSACTION_ID "
        "JOIN performance_schema.data_locks rl ON rl.ENGINE_LOCK_ID = w.REQUESTING_ENGINE_LOCK_ID "
        "JOIN performance_schema.data_locks bl ON bl.ENGINE_LOCK_ID = w.BLOCKING_ENGINE_LOCK_ID "
        "WHERE bl.LOCK_STATUS {} 'GRANTED' ORDER BY waiter, blocker LIMIT {}",
        waited_ms, queued ? "<>" : "=", most_waits + 1);
}

// "`the_logbook`.`inventory_items`" without the ticks.
std::string plain_name(std::string_view name) {
    return replace_all(std::string(name), "`", "");
}

// The server tells whole seconds; a statement that has run for less has not waited longer.
Millis waited(const Process* waiter, Millis told) {
    const Millis at_most = told + Millis(999);
    return waiter ? std::min(waiter->time, at_most) : told;
}

// The server fills these tables ten times a second at the most: what they tell of may have ended. A blocker
// without a connection (0) is a prepared transaction, which outlives its own.
bool is_stale(const ProcessList& list, const RowWait& wait) {
    if (list.cut || list.only_own) return false;
    return !list.find(wait.waiter) || (wait.blocker != 0 && !list.find(wait.blocker));
}

// MariaDB gives a transaction that has changed nothing no number of its own: all of them are 0, and which of
// those that hold locks holds this one is not told.
Status read_row_waits(net::SqlSession& session, bool mariadb, bool queued, Deadline deadline,
                      LockReading& reading) {
    const auto rows = session.query(row_waits_sql(mariadb, queued), deadline);
    ++reading.statements;
    if (!rows) return fail(rows.error());
    std::map<uint64_t, std::set<uint64_t>> nameless;
    for (size_t i = 0; i < rows->rows.size(); ++i) {
        const RowReader row(*rows, i);
        RowWait wait;
        wait.waiter = row.count("waiter");
        wait.blocker = row.count("blocker");
        wait.table = plain_name(row.text("lock_table"));
        wait.index = plain_name(row.text("lock_index"));
        wait.mode = row.text("lock_mode");
        wait.blocker_mode = row.text("blocker_mode");
        wait.waited = waited(reading.list.find(wait.waiter), row.millis("waited_ms"));
        wait.queued = queued;
        if (wait.waiter == wait.blocker || is_stale(reading.list, wait)) continue;
        if (row.count("nameless") == 1) nameless[wait.waiter].insert(wait.blocker);
        reading.row_waits.push_back(std::move(wait));
    }
    for (RowWait& wait : reading.row_waits)
        if (const auto found = nameless.find(wait.waiter);
            found != nameless.end() && found->second.size() > 1)
            wait.inferred = found->second.count(wait.blocker) > 0;
    reading.cut = reading.cut || rows->rows.size() > most_waits;
    return {};
}

void read_rows(net::SqlSession& session, bool mariadb, Deadline deadline, LockReading& reading) {
    const Status read = read_row_waits(session, mariadb, false, deadline, reading);
    if (!read) {
        reading.missing.push_back(fmt::format("row locks ({})", is_missing_right(read.error())
                                                                    ? "the login lacks the privilege PROCESS"
                                                                    : read.error().what));
        return;
    }
    // Who waits behind a waiter alone: a shared lock behind one that waits to be exclusive.
    std::set<uint64_t> explained;
    for (const RowWait& wait : reading.row_waits) explained.insert(wait.waiter);
    for (const Process& process : reading.list.processes)
        if (process.transaction && process.transaction->state == "LOCK WAIT" &&
            explained.count(process.id) == 0) {
            (void)read_row_waits(session, mariadb, true, deadline, reading);
            return;
        }
}

constexpr std::string_view performance_schema_locks =
    "SELECT th.PROCESSLIST_ID AS owner, m.OBJECT_TYPE AS object_type, m.OBJECT_SCHEMA AS object_schema, "
    "m.OBJECT_NAME AS object_name, m.LOCK_TYPE AS lock_type, m.LOCK_STATUS AS lock_status "
    "FROM performance_schema.metadata_locks m "
    "JOIN performance_schema.threads th ON th.THREAD_ID = m.OWNER_THREAD_ID "
    "JOIN (SELECT DISTINCT OBJECT_TYPE, OBJECT_SCHEMA, OBJECT_NAME FROM performance_schema.metadata_locks "
    "WHERE LOCK_STATUS = 'PENDING') x ON x.OBJECT_TYPE = m.OBJECT_TYPE AND x.OBJECT_SCHEMA <=> "
    "m.OBJECT_SCHEMA "
    "AND x.OBJECT_NAME <=> m.OBJECT_NAME "
    "WHERE th.PROCESSLIST_ID IS NOT NULL AND m.LOCK_STATUS IN ('GRANTED', 'PENDING') LIMIT 10000";

constexpr std::string_view plugin_locks =
    "SELECT THREAD_ID AS owner, LOCK_TYPE AS object_type, TABLE_SCHEMA AS object_schema, TABLE_NAME AS "
    "object_name, LOCK_MODE AS lock_type, 'GRANTED' AS lock_status FROM "
    "information_schema.METADATA_LOCK_INFO "
    "LIMIT 10000";

// "Table metadata lock" of the plugin is "TABLE" in performance_schema, "MDL_SHARED_READ" is "SHARED_READ".
std::string object_type(std::string_view text) {
    std::string upper;
    for (const char c : text) upper += c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
    for (const std::string_view tail : {" METADATA LOCK", " READ LOCK", " LOCK"})
        if (upper != "USER LEVEL LOCK" && upper != "COMMIT LOCK" && upper.size() > tail.size() &&
            upper.compare(upper.size() - tail.size(), tail.size(), tail) == 0)
            return upper.substr(0, upper.size() - tail.size());
    return upper;
}

void take_metadata(const net::SqlRows& rows, LockReading& reading) {
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        const RowReader row(rows, i);
        MetadataLock lock;
        lock.owner = row.count("owner");
        lock.type = object_type(row.text("object_type"));
        const std::string schema = row.text("object_schema"), name = row.text("object_name");
        lock.object = schema.empty() || name.empty() ? schema + name : schema + "." + name;
        lock.mode = row.text("lock_type");
        if (lock.mode.compare(0, 4, "MDL_") == 0) lock.mode.erase(0, 4);
        lock.granted = row.text("lock_status") == "GRANTED";
        reading.metadata.push_back(std::move(lock));
    }
}

// Whether performance_schema keeps metadata locks: it is on, and its instrument too.
Result<bool> keeps_metadata_locks(net::SqlSession& session, Deadline deadline) {
    const auto rows =
        session.query("SELECT @@performance_schema AS is_on, ENABLED AS enabled FROM "
                      "performance_schema.setup_instruments WHERE NAME = 'wait/lock/metadata/sql/mdl'",
                      deadline);
    if (!rows) return fail(rows.error());
    const RowReader row(*rows, 0);
    return row.count("is_on") == 1 && row.text("enabled") == "YES";
}

void read_metadata(net::SqlSession& session, bool mariadb, Deadline deadline, LockReading& reading) {
    ++reading.statements;
    const auto kept = keeps_metadata_locks(session, deadline);
    if (kept && *kept) {
        ++reading.statements;
        if (const auto rows = session.query(performance_schema_locks, deadline)) {
            reading.metadata_source = MetadataSource::performance_schema;
            take_metadata(*rows, reading);
            return;
        }
    }
    if (mariadb) {
        ++reading.statements;
        if (const auto rows = session.query(plugin_locks, deadline)) {
            reading.metadata_source = MetadataSource::plugin;
            take_metadata(*rows, reading);
            return;
        }
    }
    const bool refused = !kept && is_missing_right(kept.error());
    reading.missing.push_back(
        refused ? "who holds metadata locks (the login may not read performance_schema)"
        : mariadb
            ? "who holds metadata locks: blockers of that kind are inferred (INSTALL SONAME "
              "'metadata_lock_info' "
              "would tell)"
            : "who holds metadata locks: blockers of that kind are inferred (performance_schema's instrument "
              "wait/lock/metadata/sql/mdl is off)");
}

// What the clients call themselves, where the server keeps it; nobody misses it else.
void read_programs(net::SqlSession& session, Deadline deadline, LockReading& reading) {
    ++reading.statements;
    const auto rows = session.query(
        "SELECT PROCESSLIST_ID AS id, ATTR_NAME AS name, LEFT(ATTR_VALUE, 80) AS value FROM "
        "performance_schema.session_connect_attrs WHERE ATTR_NAME IN ('_client_name', 'program_name') "
        "ORDER BY ATTR_NAME LIMIT 9999",
        deadline);
    if (!rows) return;
    std::map<uint64_t, std::string> programs;  // program_name comes last and wins
    for (size_t i = 0; i < rows->rows.size(); ++i) {
        const RowReader row(*rows, i);
        if (const std::string name = row.text("value"); !name.empty()) programs[row.count("id")] = name;
    }
    for (Process& process : reading.list.processes)
        if (const auto found = programs.find(process.id); found != programs.end())
            process.program = found->second;
}

// The best source of metadata locks is not worth a statement while nobody waits for one.
bool somebody_waits(const ProcessList& list) {
    for (const Process& process : list.processes)
        if (waits_for_metadata(process)) return true;
    return false;
}

}  // namespace

std::string_view name_of(LockKind kind) {
    switch (kind) {
    case LockKind::row:
        return "row";
    case LockKind::metadata:
        return "metadata";
    }
    return "?";
}

bool waits_for_metadata(const Process& process) {
    const std::string state = lower(process.state);
    if (state == "user lock") return true;
    return state.compare(0, 12, "waiting for ") == 0 &&
           (contains(state, "metadata lock") || contains(state, "backup lock") ||
            contains(state, "read lock") || contains(state, "commit lock") ||
            contains(state, "table level lock") || contains(state, "table flush"));
}

Result<LockReading> read_locks(net::SqlSession& session, Deadline deadline) {
    LockReading reading;
    const bool mariadb = is_mariadb(session);
    auto list = read_process_list(session, deadline);
    if (!list) return fail(list.error());
    reading.list = std::move(*list);
    reading.statements = reading.list.statements;
    reading.missing = reading.list.missing;
    read_rows(session, mariadb, deadline, reading);
    if (somebody_waits(reading.list)) read_metadata(session, mariadb, deadline, reading);
    if (!reading.row_waits.empty() || !reading.metadata.empty()) read_programs(session, deadline, reading);
    ++reading.statements;
    if (const auto holder = migration_lock_holder(session, deadline)) reading.migration_lock_holder = *holder;
    return reading;
}

}  // namespace logbook::instrument
