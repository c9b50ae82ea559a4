// No organization may lose its last administrator: an active member who holds members.manage.
#pragma once

#include <string>

#include "logbook/backend/database.h"

namespace logbook::backend {

// The organization's row, locked until the transaction ends. The first thing in every transaction that may
// take members.manage from somebody: else two administrators could each take it from the other. One
// statement.
Status lock_organization(Transaction& database, const std::string& organization);

// Asked after the change, in its transaction. Three statements, whatever the number of members.
Result<bool> has_administrator(Connection& database, const std::string& organization);

// 400, for a change that would leave none.
api::Reply last_administrator_reply();

}  // namespace logbook::backend
