// Between rows, requests and answers: times, flags and texts as the database keeps them and as JSON shows
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/json.h"
#include "logbook/net/sql_session.h"

namespace logbook::backend {

// Rows by column name, each name looked up in one step however many columns there are.
class Rows {
  public:
    explicit Rows(net::SqlRows rows);

    size_t size() const { return rows_.rows.size(); }
    bool empty() const { return rows_.rows.empty(); }
    // NULL is nullopt. Throws std::logic_error for a column that the statement did not ask for.
    const net::SqlValue& at(size_t row, std::string_view column) const;
    std::string text(size_t row, std::string_view column) const;  // empty where NULL
    bool flag(size_t row, std::string_view column) const;         // false where NULL
    int64_t number(size_t row, std::string_view column) const;    // 0 where NULL
    std::optional<WallTime> time(size_t row, std::string_view column) const;

    Json json_text(size_t row, std::string_view column) const;  // or null
    Json json_time(size_t row, std::string_view column) const;  // "2026-11-22T04:12:09Z", or null
    // Of a JSON column; `otherwise` where it is NULL or no JSON.
    Json json(size_t row, std::string_view column, Json otherwise) const;

  private:
    net::SqlRows rows_;
    std::unordered_map<std::string, size_t> columns_;
};

// "2026-11-22 04:12:09": UTC, and fractions cut off, since MySQL would round them.
std::string to_sql(WallTime when);
WallTime whole_seconds(WallTime when);

// A text, number or flag of a validated body; NULL for null, for what is not there, and for the empty text:
// empty ones would collide in a unique key, NULLs do not.
net::SqlParam to_param(const Json* value);

// Whether Python takes it for true: how the application reads the switches in an organization's settings.
bool is_truthy(const Json* value);

}  // namespace logbook::backend
