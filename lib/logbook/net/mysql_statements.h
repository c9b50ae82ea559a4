// The prepared statements of one MySQL connection: each text is prepared once and used again.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/net/sql_session.h"

struct st_mysql;
struct st_mysql_stmt;

namespace logbook::net {

// Not thread-safe. The connection must outlive it, or forget() be called before that ends.
class MysqlStatements {
  public:
    // Of more texts than that the oldest are closed: who makes a text for each value gains nothing, and loses
    // little.
    static constexpr size_t most_kept = 128;

    MysqlStatements(st_mysql* mysql, std::string place) : mysql_(mysql), place_(std::move(place)) {}
    ~MysqlStatements() { forget(); }
    MysqlStatements(const MysqlStatements&) = delete;
    MysqlStatements& operator=(const MysqlStatements&) = delete;

    Result<SqlOutcome> execute(std::string_view sql, const std::vector<SqlParam>& values, Deadline deadline);
    // After a time-out or a lost connection: nothing more can be asked.
    bool broken() const { return broken_; }
    // Frees them all without a word to the server.
    void forget();

  private:
    Result<st_mysql_stmt*> prepared(std::string_view sql, Deadline deadline);
    Result<SqlOutcome> run(st_mysql_stmt* statement, const std::vector<SqlParam>& values, Deadline deadline);
    Result<SqlRows> fetch(st_mysql_stmt* statement, Deadline deadline);
    Error error_of(st_mysql_stmt* statement);
    Error timed_out();

    st_mysql* mysql_;
    std::string place_;
    std::map<std::string, st_mysql_stmt*, std::less<>> kept_;
    std::vector<std::string> order_;
    bool broken_ = false;
};

}  // namespace logbook::net
