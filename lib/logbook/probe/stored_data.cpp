// The proof of emptiness. It asks the tables themselves, not information_schema, which hides what a user may
// not see: a table that is forbidden must not look absent.
#include "logbook/probe/stored_data.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::probe {
namespace {

constexpr int no_such_table = 1146;

enum class Rows { absent, empty, some, unclear };

Rows rows_in(net::SqlSession& session, std::string_view table, Deadline deadline, std::string& failure) {
    const auto rows = session.query(fmt::format("SELECT 1 AS one FROM `{}` LIMIT 1", table), deadline);
    if (rows) return rows->rows.empty() ? Rows::empty : Rows::some;
    if (net::server_errno(rows.error()) == no_such_table) return Rows::absent;
    failure = rows.error().what;
    return Rows::unclear;
}

}  // namespace

StoredDataReading read_stored_data(const net::SqlConnector& sql, const net::SqlEndpoint& endpoint,
                                   Deadline deadline) {
    const std::string place = fmt::format("{} at {}:{}", printable(endpoint.database, 64),
                                          printable(endpoint.host, 80), endpoint.port);
    auto session = sql.connect(endpoint, deadline);
    if (!session)
        return {StoredData::unknown,
                fmt::format("the database {} cannot be asked: {}", place, printable(session.error().what))};
    std::string empty_ones;
    for (const std::string_view table : {"users", "organizations"}) {
        std::string failure;
        switch (rows_in(**session, table, deadline, failure)) {
        case Rows::some:
            return {StoredData::present, fmt::format("`{}` in {} has rows", table, place)};
        case Rows::unclear:
            return {StoredData::unknown,
                    fmt::format("`{}` in {} cannot be read: {}", table, place, printable(failure))};
        case Rows::empty:
            empty_ones += fmt::format("{}`{}` is empty", empty_ones.empty() ? "" : ", ", table);
            break;
        case Rows::absent:
            empty_ones += fmt::format("{}`{}` does not exist", empty_ones.empty() ? "" : ", ", table);
            break;
        }
    }
    return {StoredData::none, fmt::format("in {} {}", place, empty_ones)};
}

}  // namespace logbook::probe
