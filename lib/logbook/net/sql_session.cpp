// What every SQL client shares.
#include "logbook/net/sql_session.h"

#include <charconv>
#include <fmt/format.h>

namespace logbook::net {

std::string_view SqlRows::text(size_t row, std::string_view column) const {
    for (size_t i = 0; i < columns.size() && row < rows.size(); ++i)
        if (columns[i] == column) return rows[row][i] ? std::string_view(*rows[row][i]) : std::string_view();
    return {};
}

Result<SqlOutcome> SqlSession::execute(std::string_view, const std::vector<SqlParam>&, Deadline) {
    return fail(ErrorCode::unsupported, "this way to the database has no prepared statements");
}

int server_errno(const Error& error) {
    int number = 0;
    const auto [end, bad] = std::from_chars(error.what.data(), error.what.data() + error.what.size(), number);
    return bad == std::errc() && end != error.what.data() && *end == ' ' ? number : 0;
}

Error server_error(int number, std::string_view said) {
    std::string what = fmt::format("{} {}", number, said);
    switch (number) {
    case 1040:  // too many connections
    case 1203:  // … of this user
        return {ErrorCode::conflict, std::move(what), {}};
    case 1044:
    case 1045:
    case 1129:
    case 1130:
    case 1698:
    case 1227:  // access denied, in its kinds
    case 1142:
    case 1143:
        return {ErrorCode::auth, std::move(what), {}};
    case 1049:
    case 1146:  // no such database, no such table
        return {ErrorCode::not_found, std::move(what), {}};
    default:
        return {ErrorCode::io, std::move(what), {}};
    }
}

}  // namespace logbook::net
