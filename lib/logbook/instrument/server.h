// What every SQL instrument asks of the server it speaks to.
#pragma once

#include "logbook/net/sql_session.h"

namespace logbook::instrument {

// From the version that the server greeted with.
LOGBOOK_EXPORT bool is_mariadb(const net::SqlSession& session);

// A failure that another statement may get around: a right that is missing, or a table or column that this
// version does not have. Pure.
LOGBOOK_EXPORT bool may_be_asked_otherwise(const Error& error);

// Of these, the ones that speak of rights. Pure.
LOGBOOK_EXPORT bool is_missing_right(const Error& error);

// The lock that the application's own migrations take, at every start of its backend.
constexpr std::string_view migration_lock = "the_logbook_migrations";

// The connection that holds it; nothing where nobody does.
LOGBOOK_EXPORT Result<std::optional<uint64_t>> migration_lock_holder(net::SqlSession& session,
                                                                     Deadline deadline);

}  // namespace logbook::instrument
