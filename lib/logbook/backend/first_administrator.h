// What a new database begins with: an organization, the roles that the application seeds, and one account
// that may do everything.
#pragma once

#include <string>

#include "logbook/backend/database.h"
#include "logbook/backend/rules.h"
#include "logbook/base/clock.h"

namespace logbook::backend {

struct FirstAdministrator {
    std::string username;      // 3 to 100 of letters, digits, `_`, `-`
    std::string email;         // empty: <username>@logbook.invalid, which no mail ever reaches
    std::string organization;  // its name, 1 to 255 characters
    Secret password;           // after the rules for passwords
};

// In one transaction, with its audit row. Fails with `invalid`, naming what is not as it must be, with
// `conflict` where there is a member or an organization already (two at once: one of them), and as
// Database::write() does. Hashes the password: 64 MiB and a fifth of a second.
LOGBOOK_EXPORT Status make_first_administrator(Database& database, const Rules& rules, const Clock& clock,
                                               const FirstAdministrator& wanted);

}  // namespace logbook::backend
