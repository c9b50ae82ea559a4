// One row of a server's answer, read by names: what is absent, NULL or no number is told apart from zero.
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>

#include "logbook/base/clock.h"
#include "logbook/net/sql_session.h"

namespace logbook::instrument {

// A whole number at the front of a text ("917.685" is 917); nothing where there is none.
inline std::optional<int64_t> whole_number(std::string_view text) {
    int64_t value = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (bad != std::errc() || end == text.data()) return std::nullopt;
    return value;
}

// What it refers to must outlive it. Cheap to copy.
class RowReader {
  public:
    RowReader(const net::SqlRows& rows, size_t row) : rows_(rows), row_(row) {}

    std::string text(std::string_view column) const { return std::string(rows_.text(row_, column)); }
    std::optional<int64_t> number(std::string_view column) const {
        return whole_number(rows_.text(row_, column));
    }
    // Of a column that counts: never negative, 0 where it does not tell.
    uint64_t count(std::string_view column) const {
        const auto value = number(column);
        return value && *value > 0 ? uint64_t(*value) : 0;
    }
    // Held to three centuries: sums of what a server makes up must not overflow.
    Millis millis(std::string_view column) const {
        return Millis(int64_t(std::min<uint64_t>(count(column), 10'000'000'000'000)));
    }
    net::SqlValue value(std::string_view column) const {
        for (size_t i = 0; i < rows_.columns.size() && row_ < rows_.rows.size(); ++i)
            if (rows_.columns[i] == column) return rows_.rows[row_][i];
        return std::nullopt;
    }

  private:
    const net::SqlRows& rows_;
    size_t row_;
};

}  // namespace logbook::instrument
