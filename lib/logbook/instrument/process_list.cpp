// Asking the best source first, and reading whatever rows it gives.
#include "logbook/instrument/process_list.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/instrument/row_reader.h"
#include "logbook/instrument/server.h"

namespace logbook::instrument {
namespace {

constexpr size_t most_listed = 9'999;

// `trx_started` is in the zone of the server's machine, whatever the session's is.
constexpr std::string_view transaction_columns =
    "t.trx_state, TIMESTAMPDIFF(SECOND, t.trx_started, CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', 'SYSTEM')) * "
    "1000 AS trx_age_ms, t.trx_rows_locked, t.trx_rows_modified, t.trx_tables_locked";
constexpr std::string_view transaction_join =
    "LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID";

struct Source {
    std::string name;
    std::string sql;
    std::vector<std::string> missing;  // what this one does not tell
    bool only_own = false;             // of a login without the privilege PROCESS
};

std::string select_list(std::string_view more, std::string_view from) {
    return fmt::format("SELECT CONNECTION_ID() AS self, p.ID, p.USER, p.HOST, p.DB, p.COMMAND, p.STATE, {} "
                       "FROM {} ORDER BY p.ID LIMIT {}",
                       more, from, most_listed + 1);
}

std::string text_columns(std::string_view info) {
    return fmt::format("LEFT({0}, {1}) AS statement, LENGTH({0}) AS statement_bytes", info, statement_limit);
}

std::vector<Source> sources_of(bool mariadb) {
    const std::string transactions = "transactions and their age (the login lacks the privilege PROCESS)",
                      others = "connections of other users (the login lacks the privilege PROCESS)",
                      examined = "rows examined (the login may not read performance_schema)";
    if (mariadb) {
        const std::string columns = text_columns("p.INFO_BINARY") + ", p.TIME_MS AS time_ms, p.EXAMINED_ROWS",
                          table = "information_schema.PROCESSLIST p";
        return {
            {"information_schema.PROCESSLIST",
             select_list(fmt::format("{}, {}", columns, transaction_columns),
                         fmt::format("{} {}", table, transaction_join)),
             {},
             false},
            {"information_schema.PROCESSLIST", select_list(columns, table), {transactions, others}, true}};
    }
    const std::string columns = text_columns("CAST(p.INFO AS BINARY)") + ", p.TIME * 1000 AS time_ms",
                      listed = "performance_schema.processlist p",
                      older = "information_schema.PROCESSLIST p",  // before MySQL 8.0.22
        threads = "LEFT JOIN performance_schema.threads th ON th.PROCESSLIST_ID = p.ID LEFT JOIN "
                  "performance_schema.events_statements_current e ON e.THREAD_ID = th.THREAD_ID AND "
                  "e.NESTING_EVENT_ID IS NULL AND e.END_EVENT_ID IS NULL";
    const std::string with_transactions = fmt::format("{}, {}", columns, transaction_columns);
    const std::string cut =
        ", OCTET_LENGTH(p.INFO) >= @@performance_schema_max_sql_text_length AS server_cut";
    return {{"performance_schema.processlist",
             select_list(with_transactions + cut + ", e.ROWS_EXAMINED AS EXAMINED_ROWS",
                         fmt::format("{} {} {}", listed, threads, transaction_join)),
             {},
             false},
            {"performance_schema.processlist",
             select_list(with_transactions + cut, fmt::format("{} {}", listed, transaction_join)),
             {examined},
             false},
            {"information_schema.PROCESSLIST",
             select_list(with_transactions, fmt::format("{} {}", older, transaction_join)),
             {examined},
             false},
            {"performance_schema.processlist",
             select_list(columns + cut, listed),
             {examined, transactions, others},
             true},
            {"information_schema.PROCESSLIST",
             select_list(columns, older),
             {examined, transactions, others},
             true}};
}

// "172.18.0.9:46034", "::1:46034", "localhost" (a unix socket).
void read_host(std::string_view host, Process& process) {
    const size_t colon = host.rfind(':');
    const auto port = colon == std::string_view::npos ? std::nullopt : whole_number(host.substr(colon + 1));
    if (!port || *port < 0 || *port > 65535) {
        process.address = std::string(host);
        return;
    }
    process.address = std::string(host.substr(0, colon));
    process.port = uint16_t(*port);
}

ProcessKind kind_of(const Process& process, uint64_t self) {
    if (process.id == self && self != 0) return ProcessKind::self;
    const std::string command = lower(process.command);
    if (process.user == "system user" || command.compare(0, 11, "binlog dump") == 0 ||
        command.compare(0, 5, "slave") == 0 || command == "register slave" || command == "group replication")
        return ProcessKind::replication;
    if (process.user == "event_scheduler" || command == "daemon") return ProcessKind::daemon;
    return ProcessKind::client;
}

}  // namespace

std::string_view name_of(ProcessKind kind) {
    switch (kind) {
    case ProcessKind::client:
        return "client";
    case ProcessKind::self:
        return "self";
    case ProcessKind::replication:
        return "replication";
    case ProcessKind::daemon:
        return "daemon";
    }
    return "?";
}

const Process* ProcessList::find(uint64_t id) const {
    const auto at =
        std::lower_bound(processes.begin(), processes.end(), id,
                         [](const Process& process, uint64_t wanted) { return process.id < wanted; });
    return at != processes.end() && at->id == id ? &*at : nullptr;
}

std::vector<Process> parse_processes(const net::SqlRows& rows, uint64_t self) {
    std::vector<Process> processes;
    processes.reserve(rows.rows.size());
    for (size_t i = 0; i < rows.rows.size(); ++i) {
        const RowReader row(rows, i);
        Process process;
        process.id = row.count("ID");
        process.user = row.text("USER");
        read_host(row.text("HOST"), process);
        process.database = row.text("DB");
        process.command = row.text("COMMAND");
        process.time = row.millis("time_ms");
        process.state = row.text("STATE");
        process.statement = row.value("statement");
        process.statement_bytes = row.count("statement_bytes");
        process.server_cut = row.count("server_cut") == 1;
        if (row.number("EXAMINED_ROWS")) process.rows_examined = row.count("EXAMINED_ROWS");
        if (const std::string state = row.text("trx_state"); !state.empty())
            process.transaction = Transaction{row.millis("trx_age_ms"), state, row.count("trx_rows_locked"),
                                              row.count("trx_rows_modified"), row.count("trx_tables_locked")};
        process.kind = kind_of(process, self);
        if (process.kind != ProcessKind::client && process.kind != ProcessKind::self && process.port == 0)
            process.address.clear();
        processes.push_back(std::move(process));
    }
    std::sort(processes.begin(), processes.end(),
              [](const Process& a, const Process& b) { return a.id < b.id; });
    // A connection has one transaction; a server that tells two must not make two connections of it.
    processes.erase(std::unique(processes.begin(), processes.end(),
                                [](const Process& a, const Process& b) { return a.id == b.id; }),
                    processes.end());
    return processes;
}

Result<ProcessList> read_process_list(net::SqlSession& session, Deadline deadline) {
    ProcessList list;
    Error refused;
    for (const Source& source : sources_of(is_mariadb(session))) {
        const auto rows = session.query(source.sql, deadline);
        ++list.statements;
        if (!rows) {
            if (!may_be_asked_otherwise(rows.error())) return fail(rows.error());
            refused = rows.error();
            continue;
        }
        list.source = source.name;
        list.self = rows->rows.empty() ? 0 : RowReader(*rows, 0).count("self");
        list.processes = parse_processes(*rows, list.self);
        list.only_own = source.only_own;
        list.missing = source.missing;
        list.cut = list.processes.size() > most_listed;
        return list;
    }
    return fail(std::move(refused));
}

}  // namespace logbook::instrument
