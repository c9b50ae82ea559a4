// Statements on sessions.
#include "logbook/backend/store/sessions.h"

#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/positions.h"

namespace logbook::backend {
namespace {

Status done(const Result<net::SqlOutcome>& outcome) {
    if (!outcome) return fail(outcome.error());
    return {};
}

// Of a JSON_EXTRACT: NULL, `false`, `0`, `""`.
bool is_true(const net::SqlValue& extracted) {
    if (!extracted) return false;
    const auto json = parse_json(*extracted);
    return json && is_truthy(&*json);
}

}  // namespace

Result<std::optional<SignedIn>> find_signed_in(Connection& database, const std::string& token) {
    auto found = database.run(
        "SELECT s.id, s.token, s.user_id, s.expires_at, s.last_activity, u.organization_id, u.username, "
        "u.status, u.`rank`, u.deleted_at, u.mfa_enabled, u.must_change_password, o.active, "
        "JSON_EXTRACT(o.settings, '$.security.mfa_required') AS mfa_required, p.permissions "
        "FROM sessions s JOIN users u ON u.id = s.user_id JOIN organizations o ON o.id = u.organization_id "
        "LEFT JOIN user_positions up ON up.user_id = u.id "
        "LEFT JOIN positions p ON p.id = up.position_id AND p.organization_id = u.organization_id "
        "WHERE s.token = ?",
        {token});
    if (!found) return fail(found.error());
    const Rows rows(std::move(found->rows));
    if (rows.empty() || rows.text(0, "token") != token) return std::nullopt;
    SignedIn who;
    who.session = rows.text(0, "id");
    who.user = rows.text(0, "user_id");
    who.organization = rows.text(0, "organization_id");
    who.username = rows.text(0, "username");
    who.status = rows.text(0, "status");
    who.rank = rows.text(0, "rank");
    who.expires_at = rows.time(0, "expires_at");
    who.last_activity = rows.time(0, "last_activity");
    who.deleted = rows.at(0, "deleted_at").has_value();
    who.organization_active = rows.flag(0, "active");
    who.must_change_password = rows.flag(0, "must_change_password");
    who.mfa_enabled = rows.flag(0, "mfa_enabled");
    who.mfa_required = is_true(rows.at(0, "mfa_required"));
    for (size_t i = 0; i < rows.size(); ++i)
        for (std::string& name : permission_names(rows.at(i, "permissions")))
            who.granted.push_back(std::move(name));
    return who;
}

Status insert_session(Connection& database, const NewSession& session) {
    return done(database.run(
        "INSERT INTO sessions (id, user_id, token, refresh_token, ip_address, user_agent, expires_at, "
        "created_at, last_activity) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {session.id, session.user, session.access_token, session.refresh_token, session.address,
         session.user_agent, to_sql(session.expires_at), to_sql(session.now), to_sql(session.now)}));
}

Status touch_session(Connection& database, const std::string& session, WallTime now) {
    return done(database.run("UPDATE sessions SET last_activity = ? WHERE id = ?", {to_sql(now), session}));
}

Result<bool> delete_session(Connection& database, const std::string& session) {
    const auto outcome = database.run("DELETE FROM sessions WHERE id = ?", {session});
    if (!outcome) return fail(outcome.error());
    return outcome->affected > 0;
}

Result<uint64_t> delete_sessions_of(Connection& database, const std::string& user) {
    const auto outcome = database.run("DELETE FROM sessions WHERE user_id = ?", {user});
    if (!outcome) return fail(outcome.error());
    return outcome->affected;
}

Result<std::optional<std::string>> lock_session(Connection& database, const std::string& user,
                                                const std::string& refresh_token) {
    // Found by the user, whose sessions are indexed, while refresh_token is not; compared here once more,
    // byte for byte.
    auto found = database.run(
        "SELECT id, refresh_token FROM sessions WHERE user_id = ? AND refresh_token = ? FOR UPDATE",
        {user, refresh_token});
    if (!found) return fail(found.error());
    const Rows rows(std::move(found->rows));
    for (size_t i = 0; i < rows.size(); ++i)
        if (rows.text(i, "refresh_token") == refresh_token) return rows.text(i, "id");
    return std::nullopt;
}

Status rotate_session(Connection& database, const std::string& session, const NewSession& tokens) {
    return done(database.run(
        "UPDATE sessions SET token = ?, refresh_token = ?, previous_refresh_token = NULL, "
        "previous_refresh_expires_at = NULL, expires_at = ?, last_activity = ? WHERE id = ?",
        {tokens.access_token, tokens.refresh_token, to_sql(tokens.expires_at), to_sql(tokens.now), session}));
}

}  // namespace logbook::backend
