// One timed reading of the application's database: how far a connection comes, and what it says of itself.
// Read-only; one connection, a handful of small statements.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "logbook/net/sql_session.h"

namespace logbook::probe {

// The steps of reaching a database, in their order.
enum class DatabaseStage { name, connect, greeting, login, database, ready };
LOGBOOK_EXPORT std::string_view name_of(DatabaseStage stage);

struct DatabaseReading {
    std::string host, user, database;
    uint16_t port = 0;
    std::string way;  // how it was reached, where that is not host and port themselves
    Millis took{0};

    // `ready`, or the step that failed, with its failure.
    DatabaseStage stage = DatabaseStage::ready;
    std::optional<Error> failure;
    std::vector<std::string> visible_databases;  // what this user can see, when only the database failed

    // What the server says of itself; each is absent when it would not tell.
    std::string version;
    bool mariadb = false;
    std::string charset, collation;                  // defaults of the database
    std::optional<std::chrono::milliseconds> ahead;  // its clock against ours; positive: ahead
    std::optional<int64_t> connections, most_connections;

    // The application's tables. `users` is absent when the table is.
    std::optional<int64_t> users;                       // rows, counted up to 10,000
    std::optional<int64_t> organizations;               // likewise
    std::optional<int64_t> tables;                      // base tables that this user can see
    std::optional<std::vector<std::string>> revisions;  // rows of alembic_version; absent: no such table
    std::optional<Error> tables_failure;                // set when the tables could not be read
    // What this user may do with the database ("SELECT", "ALTER"): its own rights on all of it. Absent when
    // it has none on the whole (those on single tables are not looked at), or the server does not tell.
    std::optional<std::vector<std::string>> rights;
};

// Whether members' data is there: rows in users or organizations. What could not be read counts as data.
LOGBOOK_EXPORT bool may_hold_data(const DatabaseReading& reading);

// Never longer than `deadline`. Thread-safe.
LOGBOOK_EXPORT DatabaseReading read_database(const net::SqlConnector& sql, const net::SqlEndpoint& endpoint,
                                             const Clock& clock, Deadline deadline);

}  // namespace logbook::probe
