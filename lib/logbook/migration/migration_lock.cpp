// Taking and keeping it (LOGBOOK.md, "Startup", names it).
#include "logbook/migration/migration_lock.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

constexpr int no_such_table = 1146;
constexpr Millis to_free{2'000};

Error taken_by_another(net::SqlSession& session, Deadline deadline) {
    const auto holder = session.query("SELECT IS_USED_LOCK('the_logbook_migrations') AS id", deadline);
    const std::string id(holder ? holder->text(0, "id") : "");
    std::string who =
        id.empty() ? "another connection" : "connection " + printable(id, 20) + " of the server";
    if (!id.empty() && id.find_first_not_of("0123456789") == std::string::npos) {
        // Without the right to see others' connections the server tells nothing.
        const auto known = session.query("SELECT USER AS user, HOST AS host FROM "
                                         "information_schema.PROCESSLIST WHERE ID = " +
                                             id,
                                         deadline);
        if (known && !known->rows.empty())
            who += fmt::format(" ({} from {})", printable(known->text(0, "user"), 80),
                               printable(known->text(0, "host"), 120));
    }
    return {ErrorCode::conflict, "a migration is running: " + who + " holds `the_logbook_migrations`",
            "wait until it has ended, then look: logbookctl migrate status"};
}

Result<std::unique_ptr<net::SqlSession>> connected(const net::SqlConnector& sql,
                                                   const net::SqlEndpoint& database, Deadline deadline) {
    auto session = sql.connect(database, deadline);
    if (!session) return fail(session.error());
    // The lock's connection is silent for as long as one statement of a migration lasts.
    const auto patient = (*session)->query("SET SESSION wait_timeout = 604800", deadline);
    if (!patient) return fail(patient.error());
    const auto lock = (*session)->query("SELECT GET_LOCK('the_logbook_migrations', 0) AS taken", deadline);
    if (!lock) return fail(lock.error());
    if (lock->text(0, "taken") != "1") return fail(taken_by_another(**session, deadline));
    return session;
}

Result<bool> is_ours(net::SqlSession& session, Deadline deadline) {
    const auto lock =
        session.query("SELECT IS_USED_LOCK('the_logbook_migrations') = CONNECTION_ID() AS ours", deadline);
    if (!lock) return fail(lock.error());
    return lock->text(0, "ours") == "1";
}

}  // namespace

// In words: a busy server notices the end of a connection late, and whoever comes next would be told that a
// migration is running.
MigrationLock::~MigrationLock() {
    if (session_)
        (void)session_->query("SELECT RELEASE_LOCK('the_logbook_migrations')", Deadline::in(to_free));
}

Result<MigrationLock> MigrationLock::take(const net::SqlConnector& sql, const net::SqlEndpoint& database,
                                          Deadline deadline) {
    auto session = connected(sql, database, deadline);
    if (!session) return fail(session.error());
    const auto ours = is_ours(**session, deadline);
    if (!ours) return fail(ours.error());
    if (!*ours)
        return fail(ErrorCode::unsupported,
                    "the database can be asked inside its container only: no lock can be held there while "
                    "migrations run",
                    "run this on the engine's machine, or publish the database's port on 127.0.0.1");
    return MigrationLock(sql, database, std::move(*session));
}

Status MigrationLock::keep(Deadline deadline) {
    if (const auto ours = is_ours(*session_, deadline); ours && *ours) return {};
    auto session = connected(*sql_, database_, deadline);
    if (!session) return fail(session.error());
    session_ = std::move(*session);
    return {};
}

Result<std::string> MigrationLock::connection(Deadline deadline) {
    const auto id = session_->query("SELECT CONNECTION_ID() AS id", deadline);
    if (!id) return fail(id.error());
    return std::string(id->text(0, "id"));
}

Result<std::optional<std::vector<std::string>>> version_rows(net::SqlSession& session, Deadline deadline) {
    const auto rows =
        session.query("SELECT version_num FROM alembic_version ORDER BY version_num LIMIT 100", deadline);
    if (!rows && net::server_errno(rows.error()) == no_such_table)
        return std::optional<std::vector<std::string>>();
    if (!rows) return fail(rows.error());
    std::vector<std::string> list;
    for (size_t i = 0; i < rows->rows.size(); ++i) list.emplace_back(rows->text(i, "version_num"));
    return std::optional(std::move(list));
}

}  // namespace logbook::migration
