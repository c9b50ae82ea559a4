// Statements on the columns of users that a sign-in reads and writes, and on password_history.
#include "logbook/backend/store/accounts.h"

#include "logbook/backend/sql_values.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

Status done(const Result<net::SqlOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    return {};
}

std::optional<Account> read_account(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    Account account;
    account.id = rows.text(0, "id");
    account.organization = rows.text(0, "organization_id");
    account.username = rows.text(0, "username");
    account.status = rows.text(0, "status");
    account.password_hash = rows.text(0, "password_hash");
    account.failed_attempts = rows.number(0, "failed_login_attempts");
    account.locked_until = rows.time(0, "locked_until");
    account.password_changed_at = rows.time(0, "password_changed_at");
    account.mfa_enabled = rows.flag(0, "mfa_enabled");
    account.must_change_password = rows.flag(0, "must_change_password");
    account.deleted = rows.at(0, "deleted_at").has_value();
    account.organization_active = rows.flag(0, "active");
    return account;
}

}  // namespace

Result<std::optional<Account>> find_account(Connection& database, const std::string& name) {
    auto found = database.run(
        "SELECT u.id, u.organization_id, u.username, u.status, u.password_hash, u.failed_login_attempts, "
        "u.locked_until, u.password_changed_at, u.mfa_enabled, u.must_change_password, u.deleted_at, "
        "o.active "
        "FROM users u JOIN organizations o ON o.id = u.organization_id "
        "WHERE o.active = 1 AND u.deleted_at IS NULL AND (u.username = ? OR u.email = ?) "
        "ORDER BY o.created_at, o.id, u.created_at, u.id LIMIT 1",
        {name, name});
    if (!found) return fail(found.error());
    return read_account(Rows(std::move(found->rows)));
}

Result<std::optional<Account>> lock_account(Connection& database, const std::string& id) {
    auto found = database.run(
        "SELECT u.id, u.organization_id, u.username, u.status, u.password_hash, u.failed_login_attempts, "
        "u.locked_until, u.password_changed_at, u.mfa_enabled, u.must_change_password, u.deleted_at, "
        "(SELECT o.active FROM organizations o WHERE o.id = u.organization_id) AS active "
        "FROM users u WHERE u.id = ? FOR UPDATE",
        {id});
    if (!found) return fail(found.error());
    return read_account(Rows(std::move(found->rows)));
}

Status note_failure(Connection& database, const std::string& id, int64_t failed_attempts,
                    std::optional<WallTime> locked_until, WallTime now) {
    const net::SqlParam until = locked_until ? net::SqlParam(to_sql(*locked_until)) : net::SqlParam(nullptr);
    return done(database.run(
        "UPDATE users SET failed_login_attempts = ?, locked_until = ?, updated_at = ? WHERE id = ?",
        {failed_attempts, until, to_sql(now), id}));
}

Status note_success(Connection& database, const std::string& id, const std::string& password_hash,
                    WallTime now) {
    return done(database.run("UPDATE users SET failed_login_attempts = 0, locked_until = NULL, "
                             "password_hash = ?, last_login_at = ?, updated_at = ? WHERE id = ?",
                             {password_hash, to_sql(now), to_sql(now), id}));
}

Status set_password(Connection& database, const std::string& id, const std::string& password_hash,
                    WallTime now) {
    return done(database.run("UPDATE users SET password_hash = ?, password_changed_at = ?, "
                             "must_change_password = 0, updated_at = ? WHERE id = ?",
                             {password_hash, to_sql(now), to_sql(now), id}));
}

Result<std::vector<std::string>> former_passwords(Connection& database, const std::string& user, int most) {
    auto found = database.run("SELECT password_hash FROM password_history WHERE user_id = ? "
                              "ORDER BY created_at DESC, id LIMIT ?",
                              {user, int64_t(most)});
    if (!found) return fail(found.error());
    const Rows rows(std::move(found->rows));
    std::vector<std::string> hashes;
    for (size_t i = 0; i < rows.size(); ++i) hashes.push_back(rows.text(i, "password_hash"));
    return hashes;
}

Status remember_password(Connection& database, const std::string& user, const std::string& password_hash,
                         WallTime now) {
    const auto id = crypto::random_uuid();
    if (!id) return fail(id.error());
    return done(database.run(
        "INSERT INTO password_history (id, user_id, password_hash, created_at) VALUES (?, ?, ?, ?)",
        {*id, user, password_hash, to_sql(now)}));
}

}  // namespace logbook::backend
