// The reading.
#include "logbook/doctor/database_work.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "logbook/base/text.h"
#include "logbook/instrument/row_reader.h"
#include "logbook/instrument/server.h"
#include "logbook/instrument/sql_fingerprint.h"

namespace logbook::doctor {
namespace {

using instrument::RowReader;

std::optional<int64_t> number_of(net::SqlSession& session, std::string_view sql, std::string_view column,
                                 Deadline deadline) {
    const auto rows = session.query(sql, deadline);
    if (!rows || rows->rows.empty()) return std::nullopt;
    return RowReader(*rows, 0).number(column);
}

std::optional<int64_t> status_of(net::SqlSession& session, std::string_view name, Deadline deadline) {
    return number_of(session, fmt::format("SHOW GLOBAL STATUS LIKE '{}'", name), "Value", deadline);
}

// MariaDB counts it among its status values, MySQL among InnoDB's metrics.
std::optional<int64_t> innodb_count(net::SqlSession& session, std::string_view status,
                                    std::string_view metric, Deadline deadline) {
    if (const auto told = status_of(session, status, deadline)) return told;
    return number_of(
        session,
        fmt::format("SELECT COUNT AS n FROM information_schema.INNODB_METRICS WHERE NAME = '{}'", metric),
        "n", deadline);
}

std::optional<int64_t> count_deadlocks(net::SqlSession& session, Deadline deadline) {
    return innodb_count(session, "Innodb_deadlocks", "lock_deadlocks", deadline);
}

// A storm shows in a moment; a deadlock now and then does not.
void read_deadlocks(net::SqlSession& session, Deadline deadline, DatabaseWork& work) {
    constexpr Millis moment{250};
    work.deadlocks = count_deadlocks(session, deadline);
    if (work.deadlocks.value_or(0) == 0 || deadline.remaining() < 2 * moment) return;
    std::this_thread::sleep_for(moment);
    const auto later = count_deadlocks(session, deadline);
    work.deadlocks_now = later && *later > *work.deadlocks;
    if (later) work.deadlocks = later;
}

std::vector<AccountUse> count_accounts(const instrument::ProcessList& list) {
    std::vector<AccountUse> accounts;
    for (const instrument::Process& process : list.processes) {
        if (process.kind != instrument::ProcessKind::client) continue;
        const std::string name =
            printable(process.address.empty() ? process.user : process.user + "@" + process.address, 120);
        auto known = std::find_if(accounts.begin(), accounts.end(),
                                  [&](const AccountUse& use) { return use.account == name; });
        if (known == accounts.end()) known = accounts.insert(known, AccountUse{name, 0, 0});
        ++known->connections;
        known->idle += process.idle() ? 1 : 0;
    }
    std::stable_sort(accounts.begin(), accounts.end(),
                     [](const AccountUse& a, const AccountUse& b) { return a.connections > b.connections; });
    return accounts;
}

// The comment of a table that cannot be opened is the error.
std::vector<std::string> read_damaged(net::SqlSession& session, const std::string& schema,
                                      Deadline deadline) {
    const auto rows = session.query("SELECT TABLE_NAME AS name, TABLE_COMMENT AS said FROM "
                                    "information_schema.TABLES WHERE TABLE_SCHEMA = " +
                                        session.quoted(schema) +
                                        " AND ENGINE IS NULL AND TABLE_TYPE = 'BASE TABLE' LIMIT 20",
                                    deadline);
    std::vector<std::string> damaged;
    for (size_t i = 0; rows && i < rows->rows.size(); ++i)
        damaged.push_back(fmt::format("`{}`: {}", printable(rows->text(i, "name"), 64),
                                      printable(rows->text(i, "said"), 200)));
    return damaged;
}

void read(net::SqlSession& session, const std::string& schema, Deadline deadline, DatabaseWork& work) {
    auto locks = instrument::read_locks(session, deadline);
    if (!locks) {
        work.failure = locks.error();
        return;
    }
    work.locks = std::move(*locks);
    work.blame = instrument::blame(work.locks);
    work.accounts = count_accounts(work.locks.list);
    if (const auto seconds = status_of(session, "Uptime", deadline))
        work.uptime = std::chrono::seconds(*seconds);
    work.history = innodb_count(session, "Innodb_history_list_length", "trx_rseg_history_len", deadline);
    work.read_only =
        number_of(session, "SELECT @@global.read_only OR @@global.innodb_read_only AS n", "n", deadline)
            .value_or(0) != 0;
    work.damaged = read_damaged(session, schema, deadline);
    work.schema_exists =
        number_of(session,
                  "SELECT COUNT(*) AS n FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = " +
                      session.quoted(schema),
                  "n", deadline)
            .value_or(0) > 0;
    read_deadlocks(session, deadline, work);
}

}  // namespace

DatabaseWork read_database_work(const net::SqlConnector& sql, const net::SqlEndpoint& as_application,
                                const Secret& root_password, Deadline deadline) {
    DatabaseWork work;
    net::SqlEndpoint endpoint = as_application;
    endpoint.database.clear();  // one that this user may not use must not keep it out
    Result<std::unique_ptr<net::SqlSession>> session = fail(ErrorCode::auth, "");
    if (!root_password.empty()) {
        endpoint.user = "root";
        endpoint.password = root_password;
        session = sql.connect(endpoint, deadline);
    }
    // Root may be refused from here, where the application is not.
    if (!session && session.error().code == ErrorCode::auth) {
        endpoint.user = as_application.user;
        endpoint.password = as_application.password;
        session = sql.connect(endpoint, deadline);
    }
    work.login = endpoint.user;
    if (!session)
        work.failure = session.error();
    else
        read(**session, as_application.database, deadline, work);
    return work;
}

std::string shown_process(const instrument::LockReading& locks, uint64_t id) {
    if (id == 0) return "a prepared transaction without a connection";
    const instrument::Process* process = locks.list.find(id);
    if (!process) return fmt::format("#{}", id);
    std::string text = fmt::format(
        "#{} {}", id,
        printable(process->address.empty() ? process->user : process->user + "@" + process->address, 120));
    if (process->idle() && process->transaction)
        text += fmt::format(", idle in its transaction for {}", human_duration(process->time));
    else if (process->idle())
        text += fmt::format(", idle for {}", human_duration(process->time));
    else if (process->statement)
        text += fmt::format(", at work for {}: {}", human_duration(process->time),
                            printable(instrument::sql_fingerprint(*process->statement), 160));
    else
        text += fmt::format(", {} for {}", printable(process->command, 40), human_duration(process->time));
    return text;
}

}  // namespace logbook::doctor
