// A call of MariaDB Connector/C in its non-blocking form: started, then continued whenever the socket is
// ready, so that our deadline is exact in every phase (the client's own time-outs are whole seconds, and none
// covers a server that accepts and stays silent).
#pragma once

#include <string>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"

struct st_mysql;

namespace logbook::net {

// What one answer may hold.
constexpr size_t most_sql_rows = 10'000;
constexpr size_t most_sql_bytes = size_t(16) << 20;

// The last failure of a connection to `place`.
Error mysql_error_of(st_mysql* mysql, const std::string& place);

// Waits for what the client asked for; false at the deadline.
bool wait_on_mysql(st_mysql* mysql, int& status, Deadline deadline);
void shut_mysql(st_mysql* mysql);

// Runs a suspended call to its end. At the deadline the socket is shut down, so that the call itself ends
// (with an error) and leaves the client in a state that can be freed; then false. `go_on` takes the status,
// gives the next.
template <typename Continue>
bool drive_mysql(st_mysql* mysql, int status, Deadline deadline, const Continue& go_on) {
    constexpr int wait_read = 1, wait_write = 2;  // MYSQL_WAIT_READ, MYSQL_WAIT_WRITE
    bool in_time = true;
    while (status != 0) {
        if (in_time && !wait_on_mysql(mysql, status, deadline)) {
            in_time = false;
            shut_mysql(mysql);
        }
        if (!in_time) status = wait_read | wait_write;
        status = go_on(status);
    }
    return in_time;
}

}  // namespace logbook::net
