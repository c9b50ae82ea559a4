// Reading the database. Each statement stands alone: what one server does not tell must not hide the rest.
#include "logbook/probe/database_probe.h"

#include <charconv>

#include "logbook/base/text.h"

namespace logbook::probe {
namespace {

DatabaseStage stage_of(const Error& error) {
    const int number = net::server_errno(error);
    // 1044 is also what a user without rights is told about a database that does not exist.
    if (number == 1049 || number == 1044) return DatabaseStage::database;
    switch (error.code) {
    case ErrorCode::not_found:
        return DatabaseStage::name;
    case ErrorCode::unreachable:
        return DatabaseStage::connect;
    case ErrorCode::auth:
    case ErrorCode::conflict:
        return DatabaseStage::login;
    default:
        return DatabaseStage::greeting;
    }
}

std::optional<int64_t> number_in(const Result<net::SqlRows>& rows, std::string_view column) {
    if (!rows || rows->rows.empty()) return std::nullopt;
    const std::string_view text = rows->text(0, column);
    int64_t value = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (bad != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

std::vector<std::string> first_column(const Result<net::SqlRows>& rows) {
    std::vector<std::string> out;
    if (!rows) return out;
    for (const auto& row : rows->rows)
        if (!row.empty() && row.front()) out.push_back(printable(*row.front(), 64));
    return out;
}

void read_server(net::SqlSession& session, const Clock& clock, Deadline deadline, DatabaseReading& reading) {
    reading.version = session.server_version();
    reading.mariadb = contains(lower(reading.version), "mariadb");

    const WallTime before = clock.wall();
    const auto now = session.query("SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now_ms, "
                                   "@@max_connections AS most",
                                   deadline);
    const WallTime middle = before + (clock.wall() - before) / 2;
    if (const auto server_ms = number_in(now, "now_ms"))
        reading.ahead = Millis(*server_ms) - std::chrono::floor<Millis>(middle.time_since_epoch());
    reading.most_connections = number_in(now, "most");
    reading.connections =
        number_in(session.query("SHOW GLOBAL STATUS LIKE 'Threads_connected'", deadline), "Value");

    const auto schema =
        session.query("SELECT DEFAULT_CHARACTER_SET_NAME AS cs, DEFAULT_COLLATION_NAME AS co FROM "
                      "information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()",
                      deadline);
    if (schema) {
        reading.charset = std::string(schema->text(0, "cs"));
        reading.collation = std::string(schema->text(0, "co"));
    }
}

constexpr int no_such_table = 1146;

// The tables themselves are asked, not information_schema, which hides what a user may not see: a table that
// is forbidden must not look absent.
std::optional<int64_t> count_rows(net::SqlSession& session, const std::string& table, Deadline deadline,
                                  DatabaseReading& reading) {
    const auto rows = session.query(
        "SELECT COUNT(*) AS n FROM (SELECT 1 FROM `" + table + "` LIMIT 10000) AS some_rows", deadline);
    if (!rows && net::server_errno(rows.error()) != no_such_table) reading.tables_failure = rows.error();
    return number_in(rows, "n");
}

void read_tables(net::SqlSession& session, Deadline deadline, DatabaseReading& reading) {
    reading.users = count_rows(session, "users", deadline, reading);
    reading.organizations = count_rows(session, "organizations", deadline, reading);
    const auto rows = session.query("SELECT version_num FROM alembic_version LIMIT 20", deadline);
    if (rows)
        reading.revisions = first_column(rows);
    else if (net::server_errno(rows.error()) != no_such_table)
        reading.tables_failure = rows.error();
    reading.tables =
        number_in(session.query("SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                                "DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
                                deadline),
                  "n");
}

// A grant's schema may be a pattern (`the\\_logbook`, `%`). Rights by way of a role are not among these.
void read_rights(net::SqlSession& session, Deadline deadline, DatabaseReading& reading) {
    const auto rows =
        session.query("SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE "
                      "<> 'USAGE' UNION SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES "
                      "WHERE DATABASE() LIKE TABLE_SCHEMA",
                      deadline);
    std::vector<std::string> rights = first_column(rows);
    if (!rights.empty()) reading.rights = std::move(rights);
}

}  // namespace

std::string_view name_of(DatabaseStage stage) {
    switch (stage) {
    case DatabaseStage::name:
        return "name";
    case DatabaseStage::connect:
        return "connect";
    case DatabaseStage::greeting:
        return "greeting";
    case DatabaseStage::login:
        return "login";
    case DatabaseStage::database:
        return "database";
    case DatabaseStage::ready:
        return "ready";
    }
    return "?";
}

bool may_hold_data(const DatabaseReading& reading) {
    if (reading.stage != DatabaseStage::ready || reading.tables_failure) return true;
    return reading.users.value_or(0) > 0 || reading.organizations.value_or(0) > 0;
}

DatabaseReading read_database(const net::SqlConnector& sql, const net::SqlEndpoint& endpoint,
                              const Clock& clock, Deadline deadline) {
    DatabaseReading reading;
    reading.host = endpoint.host;
    reading.port = endpoint.port;
    reading.user = endpoint.user;
    reading.database = endpoint.database;
    const auto start = clock.steady();
    auto session = sql.connect(endpoint, deadline);
    if (session) {
        read_server(**session, clock, deadline, reading);
        read_tables(**session, deadline, reading);
        read_rights(**session, deadline, reading);
    } else {
        reading.failure = session.error();
        reading.stage = stage_of(session.error());
        if (reading.stage == DatabaseStage::database) {
            net::SqlEndpoint without = endpoint;
            without.database.clear();
            if (auto other = sql.connect(without, deadline))
                for (std::string& name : first_column((*other)->query("SHOW DATABASES", deadline)))
                    if (name != "information_schema" && name != "performance_schema")
                        reading.visible_databases.push_back(std::move(name));
        }
    }
    reading.took = std::chrono::duration_cast<Millis>(clock.steady() - start);
    return reading;
}

}  // namespace logbook::probe
