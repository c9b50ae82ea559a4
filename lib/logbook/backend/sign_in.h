// A sign-in from name and password to session. An unknown account, a locked one, one without a password and a
// wrong password cost the same statements and the same Argon2id, and are answered alike.
#pragma once

#include <optional>
#include <string>

#include "logbook/api/call.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/store/accounts.h"

namespace logbook::backend {

// Lives for one call; both must outlive it.
class SignIn {
  public:
    SignIn(const Backend& backend, const api::Call& call);

    // Refused with 429, before anything is hashed, once 20 tries for this very name have failed within 15
    // minutes, wherever they came from and whether or not there is such an account.
    api::Reply run(const std::string& name, const Secret& password);

  private:
    enum class Why { unknown, no_password, locked, wrong_password, inactive, needs_mfa };

    // No connection is held while a password is hashed.
    Result<bool> check(const std::optional<Account>& account, const Secret& password);
    api::Reply refuse(const std::optional<Account>& account, Why why);
    api::Reply let_in(const Account& account);
    Result<api::Reply> begin_session(Transaction& database, const Account& locked);
    // Both inside a transaction, with the account's row locked.
    Status count_failure(Transaction& database, const std::optional<Account>& locked);
    AuditEvent event(const std::optional<Account>& account, std::string type) const;
    void warn(std::string_view line) const;
    api::Reply judge(const std::string& name, const Secret& password);

    const Backend& backend_;
    const api::Call& call_;
    const WallTime now_;
    std::string rehashed_;  // the password with today's parameters, where the stored hash has others
};

// 503 with Retry-After: too many passwords are being hashed.
api::Reply busy_reply();

}  // namespace logbook::backend
