// Versions, rights and the migration lock.
#include "logbook/instrument/server.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/instrument/row_reader.h"

namespace logbook::instrument {

bool is_mariadb(const net::SqlSession& session) {
    return contains(lower(session.server_version()), "mariadb");
}

bool is_missing_right(const Error& error) {
    switch (net::server_errno(error)) {
    case 1044:
    case 1142:
    case 1143:
    case 1227:
        return true;
    default:
        return false;
    }
}

bool may_be_asked_otherwise(const Error& error) {
    switch (net::server_errno(error)) {
    case 1049:  // no such database
    case 1054:  // no such column
    case 1109:  // no such table in information_schema
    case 1146:
    case 1193:  // no such variable
    case 1235:  // this version does not support it
    case 1286:  // no such engine
    case 3854:  // MySQL's information_schema cannot tell a statement with an emoji in it
        return true;
    default:
        return is_missing_right(error);
    }
}

Result<std::optional<uint64_t>> migration_lock_holder(net::SqlSession& session, Deadline deadline) {
    const auto rows =
        session.query(fmt::format("SELECT IS_USED_LOCK('{}') AS holder", migration_lock), deadline);
    if (!rows) return fail(rows.error());
    const RowReader row(*rows, 0);
    std::optional<uint64_t> holder;
    if (row.number("holder")) holder = row.count("holder");
    return holder;
}

}  // namespace logbook::instrument
