// Prepare, bind, execute, fetch: in the client's non-blocking calls.
#include "logbook/net/mysql_statements.h"

#include <errmsg.h>
#include <fmt/format.h>
#include <mysql.h>

#include "logbook/base/text.h"
#include "logbook/net/mysql_call.h"

namespace logbook::net {
namespace {

constexpr size_t longest_number = 64;  // of a FLOAT or DOUBLE as text

// Points into `values`, which must outlive the execution.
std::vector<MYSQL_BIND> bound(const std::vector<SqlParam>& values) {
    std::vector<MYSQL_BIND> binds(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
        MYSQL_BIND& bind = binds[i];
        bind = MYSQL_BIND{};
        if (const auto* number = std::get_if<int64_t>(&values[i])) {
            bind.buffer_type = MYSQL_TYPE_LONGLONG;
            bind.buffer = const_cast<int64_t*>(number);
        } else if (const auto* text = std::get_if<std::string>(&values[i])) {
            bind.buffer_type = MYSQL_TYPE_STRING;
            bind.buffer = const_cast<char*>(text->data());
            bind.buffer_length = text->size();
        } else {
            bind.buffer_type = MYSQL_TYPE_NULL;
        }
    }
    return binds;
}

}  // namespace

void MysqlStatements::forget() {
    for (const auto& [sql, statement] : kept_) mysql_stmt_close(statement);
    kept_.clear();
    order_.clear();
}

Error MysqlStatements::timed_out() {
    broken_ = true;
    return {ErrorCode::timeout, "the database at " + place_ + " did not answer a query in time", {}};
}

Error MysqlStatements::error_of(st_mysql_stmt* statement) {
    const unsigned number = mysql_stmt_errno(statement);
    const bool clients_own = number >= CR_MIN_ERROR && number < 3000;
    if (!clients_own) return server_error(int(number), printable(mysql_stmt_error(statement)));
    broken_ = true;
    return {ErrorCode::closed,
            fmt::format("the database at {} closed the connection ({})", place_,
                        printable(mysql_stmt_error(statement))),
            {}};
}

Result<st_mysql_stmt*> MysqlStatements::prepared(std::string_view sql, Deadline deadline) {
    if (const auto known = kept_.find(sql); known != kept_.end()) return known->second;
    MYSQL_STMT* statement = mysql_stmt_init(mysql_);
    if (!statement) return fail(ErrorCode::io, "no memory for a statement");
    int failed = 0;
    const int first = mysql_stmt_prepare_start(&failed, statement, sql.data(), sql.size());
    const bool in_time = drive_mysql(mysql_, first, deadline,
                                     [&](int s) { return mysql_stmt_prepare_cont(&failed, statement, s); });
    if (!in_time || failed != 0) {
        Error error = in_time ? error_of(statement) : timed_out();
        mysql_stmt_close(statement);
        return fail(std::move(error));
    }
    if (order_.size() == most_kept) {
        const auto oldest = kept_.find(order_.front());
        mysql_stmt_close(oldest->second);
        kept_.erase(oldest);
        order_.erase(order_.begin());
    }
    order_.emplace_back(sql);
    kept_.emplace(sql, statement);
    return statement;
}

Result<SqlOutcome> MysqlStatements::execute(std::string_view sql, const std::vector<SqlParam>& values,
                                            Deadline deadline) {
    const auto statement = prepared(sql, deadline);
    if (!statement) return fail(statement.error());
    if (mysql_stmt_param_count(*statement) != values.size())
        return fail(ErrorCode::invalid, fmt::format("a statement of {} values was given {}",
                                                    mysql_stmt_param_count(*statement), values.size()));
    auto outcome = run(*statement, values, deadline);
    if (!broken_) mysql_stmt_free_result(*statement);
    return outcome;
}

Result<SqlOutcome> MysqlStatements::run(st_mysql_stmt* statement, const std::vector<SqlParam>& values,
                                        Deadline deadline) {
    std::vector<MYSQL_BIND> binds = bound(values);
    if (!binds.empty() && mysql_stmt_bind_param(statement, binds.data()) != 0)
        return fail(error_of(statement));
    int failed = 0;
    int first = mysql_stmt_execute_start(&failed, statement);
    if (!drive_mysql(mysql_, first, deadline,
                     [&](int s) { return mysql_stmt_execute_cont(&failed, statement, s); }))
        return fail(timed_out());
    if (failed != 0) return fail(error_of(statement));
    SqlOutcome outcome;
    if (mysql_stmt_field_count(statement) == 0) {
        outcome.affected = mysql_stmt_affected_rows(statement);
        outcome.insert_id = mysql_stmt_insert_id(statement);
        return outcome;
    }
    auto rows = fetch(statement, deadline);
    if (!rows) return fail(rows.error());
    outcome.rows = std::move(*rows);
    return outcome;
}

// Row by row from the socket, so that the bounds hold before the memory is taken: first how long each value
// is, then the value.
Result<SqlRows> MysqlStatements::fetch(st_mysql_stmt* statement, Deadline deadline) {
    MYSQL_RES* columns = mysql_stmt_result_metadata(statement);
    if (!columns) return fail(error_of(statement));
    SqlRows rows;
    const unsigned count = mysql_num_fields(columns);
    std::vector<bool> unmeasured(count);
    for (unsigned i = 0; i < count; ++i) {
        const MYSQL_FIELD& field = mysql_fetch_fields(columns)[i];
        rows.columns.emplace_back(field.name);
        // The connector does not tell how long these become as text.
        unmeasured[i] = field.type == MYSQL_TYPE_FLOAT || field.type == MYSQL_TYPE_DOUBLE;
    }
    mysql_free_result(columns);

    std::vector<unsigned long> lengths(count);
    std::vector<my_bool> nulls(count);
    std::vector<MYSQL_BIND> measure(count);
    for (unsigned i = 0; i < count; ++i) {
        measure[i] = MYSQL_BIND{};
        measure[i].buffer_type = MYSQL_TYPE_STRING;
        measure[i].length = &lengths[i];
        measure[i].is_null = &nulls[i];
    }
    if (mysql_stmt_bind_result(statement, measure.data()) != 0) return fail(error_of(statement));
    for (size_t bytes = 0;;) {
        int got = 0;
        const int first = mysql_stmt_fetch_start(&got, statement);
        if (!drive_mysql(mysql_, first, deadline,
                         [&](int s) { return mysql_stmt_fetch_cont(&got, statement, s); }))
            return fail(timed_out());
        if (got == MYSQL_NO_DATA) return rows;
        if (got == 1) return fail(error_of(statement));
        for (const unsigned long length : lengths) bytes += length;
        if (rows.rows.size() == most_sql_rows || bytes > most_sql_bytes) {
            // What is left would have to be read; ending the connection is cheaper and bounded.
            broken_ = true;
            shut_mysql(mysql_);
            return fail(ErrorCode::too_large, fmt::format("the answer has more than {} rows or {} bytes",
                                                          most_sql_rows, most_sql_bytes));
        }
        auto& values = rows.rows.emplace_back();
        for (unsigned i = 0; i < count; ++i) {
            SqlValue& value = values.emplace_back();
            if (nulls[i]) continue;
            value.emplace(unmeasured[i] ? longest_number : lengths[i], '\0');
            unsigned long length = 0;
            MYSQL_BIND bind{};
            bind.buffer_type = MYSQL_TYPE_STRING;
            bind.buffer = value->data();
            bind.buffer_length = value->size();
            bind.length = &length;
            if (!value->empty() && mysql_stmt_fetch_column(statement, &bind, i, 0) != 0)
                return fail(error_of(statement));
            if (unmeasured[i]) value->resize(std::min<size_t>(length, longest_number));
        }
    }
}

}  // namespace logbook::net
