// The connections of a MySQL or MariaDB server and what each is doing, as one moment of the server's own
// tables. Read-only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/net/sql_session.h"

namespace logbook::instrument {

// Who a connection is. Replication and daemons are the server's own threads.
enum class ProcessKind { client, self, replication, daemon };
LOGBOOK_EXPORT std::string_view name_of(ProcessKind kind);

struct Transaction {
    Millis age{0};
    std::string state;  // "RUNNING", "LOCK WAIT", "ROLLING BACK", "COMMITTING"
    uint64_t rows_locked = 0, rows_changed = 0, tables_locked = 0;
};

// Texts are a stranger's bytes: a view passes them through printable(), and a statement through
// sql_fingerprint() before.
struct Process {
    uint64_t id = 0;
    ProcessKind kind = ProcessKind::client;
    std::string user;
    std::string address;  // "172.18.0.9", "localhost"; empty for a thread of the server
    uint16_t port = 0;    // 0: a unix socket
    std::string database;
    std::string command;  // "Query", "Sleep", "Execute", "Daemon", "Killed"
    Millis time{0};       // in this state; of a sleeping one: how long it has been idle
    std::string state;
    std::optional<std::string> statement;  // the first `statement_limit` bytes of it
    // Of the whole, as far as the server keeps it: MariaDB 64 KiB, MySQL
    // performance_schema_max_sql_text_length.
    uint64_t statement_bytes = 0;
    bool server_cut = false;  // the server itself keeps the beginning only
    std::optional<uint64_t> rows_examined;
    std::optional<Transaction> transaction;
    std::string program;  // what the client calls itself; mostly empty

    bool idle() const { return command == "Sleep"; }
    bool statement_cut() const { return statement && (server_cut || statement_bytes > statement->size()); }
};

// What a text is cut to: with it 10,000 statements of 1 MB each stay below a session's 16 MiB.
constexpr size_t statement_limit = 1200;

struct ProcessList {
    std::string source;                // "information_schema.PROCESSLIST"
    std::vector<Process> processes;    // by id
    uint64_t self = 0;                 // this very connection
    bool only_own = false;             // the login may not see what belongs to other users
    bool cut = false;                  // the server has more than are listed
    std::vector<std::string> missing;  // what could not be told, and what that would take
    size_t statements = 0;             // that were sent for it

    LOGBOOK_EXPORT const Process* find(uint64_t id) const;
};

// The best source that this login may read, one statement each; a lesser one is named in `missing`.
LOGBOOK_EXPORT Result<ProcessList> read_process_list(net::SqlSession& session, Deadline deadline);

// Pure, for any rows. `self`: the connection that asked.
LOGBOOK_EXPORT std::vector<Process> parse_processes(const net::SqlRows& rows, uint64_t self);

}  // namespace logbook::instrument
