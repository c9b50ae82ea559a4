// Conversions.
#include "logbook/backend/sql_values.h"

#include <charconv>
#include <stdexcept>

namespace logbook::backend {

Rows::Rows(net::SqlRows rows) : rows_(std::move(rows)) {
    for (size_t i = 0; i < rows_.columns.size(); ++i) columns_.emplace(rows_.columns[i], i);
}

const net::SqlValue& Rows::at(size_t row, std::string_view column) const {
    const auto found = columns_.find(std::string(column));
    if (found == columns_.end() || row >= rows_.rows.size())
        throw std::logic_error("a column that was not asked for: " + std::string(column));
    return rows_.rows[row][found->second];
}

std::string Rows::text(size_t row, std::string_view column) const {
    return at(row, column).value_or(std::string());
}

int64_t Rows::number(size_t row, std::string_view column) const {
    const net::SqlValue& value = at(row, column);
    int64_t number = 0;
    if (value) std::from_chars(value->data(), value->data() + value->size(), number);
    return number;
}

bool Rows::flag(size_t row, std::string_view column) const {
    return number(row, column) != 0;
}

std::optional<WallTime> Rows::time(size_t row, std::string_view column) const {
    const net::SqlValue& value = at(row, column);
    if (!value) return std::nullopt;
    const auto time = parse_iso8601(*value);
    return time ? std::optional(*time) : std::nullopt;
}

Json Rows::json_text(size_t row, std::string_view column) const {
    const net::SqlValue& value = at(row, column);
    return value ? Json(*value) : Json();
}

Json Rows::json_time(size_t row, std::string_view column) const {
    const auto when = time(row, column);
    return when ? Json(iso8601(*when)) : Json();
}

Json Rows::json(size_t row, std::string_view column, Json otherwise) const {
    const net::SqlValue& value = at(row, column);
    if (!value) return otherwise;
    auto json = parse_json(*value);
    return json && !json->is_null() ? std::move(*json) : std::move(otherwise);
}

std::string to_sql(WallTime when) {
    std::string text = iso8601(when);  // "2026-11-22T04:12:09Z"
    text[10] = ' ';
    text.pop_back();
    return text;
}

WallTime whole_seconds(WallTime when) {
    return std::chrono::floor<std::chrono::seconds>(when);
}

net::SqlParam to_param(const Json* value) {
    if (!value || value->is_null()) return nullptr;
    if (const std::string* text = value->as_string())
        return text->empty() ? net::SqlParam(nullptr) : net::SqlParam(*text);
    if (const int64_t* number = value->as_int()) return *number;
    if (const bool* flag = value->as_bool()) return int64_t(*flag);
    return value->dump();
}

bool is_truthy(const Json* value) {
    if (!value || value->is_null()) return false;
    if (const bool* flag = value->as_bool()) return *flag;
    if (const int64_t* number = value->as_int()) return *number != 0;
    if (const double* number = value->as_double()) return *number != 0;
    if (const std::string* text = value->as_string()) return !text->empty();
    if (const Json::Array* items = value->as_array()) return !items->empty();
    if (const Json::Object* members = value->as_object()) return !members->empty();
    return true;
}

}  // namespace logbook::backend
