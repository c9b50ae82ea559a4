// A few small questions; each that is not answered is named.
#include "logbook/instrument/mysql_status.h"

#include <fmt/format.h>

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

}  // namespace logbook::instrument
