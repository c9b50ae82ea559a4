// Who somebody is, as /auth/me and a sign-in tell it.
#pragma once

#include <string>

#include "logbook/api/schema.h"
#include "logbook/backend/database.h"
#include "logbook/backend/rules.h"

namespace logbook::backend {

// Two statements. Fails with `not_found` where the account is not there.
Result<Json> current_user(Connection& database, const Rules& rules, const std::string& user, WallTime now);

api::Schema current_user_schema();

// "John Doe"; the username where neither name is known. Pure.
std::string full_name(std::string_view first, std::string_view last, std::string_view username);

}  // namespace logbook::backend
