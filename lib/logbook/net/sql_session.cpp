// What every SQL client shares.
#include "logbook/net/sql_session.h"

#include <charconv>

namespace logbook::net {

std::string_view SqlRows::text(size_t row, std::string_view column) const {
    for (size_t i = 0; i < columns.size() && row < rows.size(); ++i)
        if (columns[i] == column) return rows[row][i] ? std::string_view(*rows[row][i]) : std::string_view();
    return {};
}

int server_errno(const Error& error) {
    int number = 0;
    const auto [end, bad] = std::from_chars(error.what.data(), error.what.data() + error.what.size(), number);
    return bad == std::errc() && end != error.what.data() && *end == ' ' ? number : 0;
}

}  // namespace logbook::net
