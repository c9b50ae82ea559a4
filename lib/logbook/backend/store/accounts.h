// Accounts as a sign-in sees them: hash, lock, states, and the passwords that were.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/backend/database.h"

namespace logbook::backend {

struct Account {
    std::string id, organization, username, status;
    std::string password_hash;  // empty: none
    int64_t failed_attempts = 0;
    std::optional<WallTime> locked_until, password_changed_at;
    bool mfa_enabled = false, must_change_password = false, deleted = false, organization_active = false;

    bool locked(WallTime now) const { return locked_until && *locked_until > now; }
    bool active() const { return status == "active" && !deleted && organization_active; }
};

// The one whose username or e-mail address it is, in an active organization: the oldest organization first,
// then the oldest account. One statement.
Result<std::optional<Account>> find_account(Connection& database, const std::string& name);

// Its row is locked until the transaction ends. Nothing when it is not there.
Result<std::optional<Account>> lock_account(Connection& database, const std::string& id);

// What a failed and a successful try leave behind. The id may be empty: then nothing is changed, in the same
// number of statements.
Status note_failure(Connection& database, const std::string& id, int64_t failed_attempts,
                    std::optional<WallTime> locked_until, WallTime now);
Status note_success(Connection& database, const std::string& id, const std::string& password_hash,
                    WallTime now);

Status set_password(Connection& database, const std::string& id, const std::string& password_hash,
                    WallTime now);

// The newest first, at most `most`.
Result<std::vector<std::string>> former_passwords(Connection& database, const std::string& user, int most);
Status remember_password(Connection& database, const std::string& user, const std::string& password_hash,
                         WallTime now);

}  // namespace logbook::backend
