// Sessions: one row for each sign-in, found by the exact token (LOGBOOK.md §11).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/backend/database.h"

namespace logbook::backend {

constexpr size_t longest_stored_token = 512;  // the columns' own

// A session with everything that a request must know of its account.
struct SignedIn {
    std::string session, user, organization, username, status, rank;
    std::optional<WallTime> expires_at, last_activity;
    std::vector<std::string> granted;  // by positions
    bool deleted = false, organization_active = false;
    bool must_change_password = false, mfa_enabled = false, mfa_required = false;
};

// One statement. Nothing: no row with this very token (the column's collation would ignore case).
Result<std::optional<SignedIn>> find_signed_in(Connection& database, const std::string& token);

struct NewSession {
    std::string id, user, access_token, refresh_token, address, user_agent;
    WallTime now, expires_at;
};

Status insert_session(Connection& database, const NewSession& session);
Status touch_session(Connection& database, const std::string& session, WallTime now);
Result<bool> delete_session(Connection& database, const std::string& session);  // whether it was there
Result<uint64_t> delete_sessions_of(Connection& database, const std::string& user);

// The id of the user's session with this very refresh token, locked until the transaction ends; nothing when
// there is none.
Result<std::optional<std::string>> lock_session(Connection& database, const std::string& user,
                                                const std::string& refresh_token);
Status rotate_session(Connection& database, const std::string& session, const NewSession& tokens);

}  // namespace logbook::backend
