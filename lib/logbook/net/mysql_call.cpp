// The client's failures in our words, and its waits.
#include "logbook/net/mysql_call.h"

#include <errmsg.h>
#include <fmt/format.h>
#include <mysql.h>
#include <poll.h>
#include <sys/socket.h>

#include "logbook/base/text.h"
#include "logbook/net/sql_session.h"
#include "logbook/net/tcp.h"

namespace logbook::net {

Error mysql_error_of(MYSQL* mysql, const std::string& place) {
    const unsigned number = mysql_errno(mysql);
    const std::string said = printable(mysql_error(mysql));
    if (number >= CR_MIN_ERROR && number <= CR_MAX_ERROR + 100 && number < 3000) {
        const std::string what = fmt::format("the database at {} ", place);
        switch (number) {
        case CR_CONNECTION_ERROR:
        case CR_CONN_HOST_ERROR:
        case CR_IPSOCK_ERROR:
        case CR_SOCKET_CREATE_ERROR:
            return {ErrorCode::unreachable, what + "does not accept connections (" + said + ")", {}};
        case CR_UNKNOWN_HOST:
            return {ErrorCode::not_found, what + "cannot be found (" + said + ")", {}};
        case CR_SERVER_GONE_ERROR:
        case CR_SERVER_LOST:
            return {ErrorCode::closed, what + "closed the connection (" + said + ")", {}};
        case CR_SSL_CONNECTION_ERROR:
            return {ErrorCode::tls, what + "has no TLS that can be trusted (" + said + ")", {}};
        default:
            return {ErrorCode::protocol, what + "does not speak MySQL's protocol (" + said + ")", {}};
        }
    }
    return server_error(int(number), said);
}

// Waits for what the client asked for; false at the deadline.
bool wait_on_mysql(MYSQL* mysql, int& status, Deadline deadline) {
    pollfd entry{mysql_get_socket(mysql), 0, 0};
    if (status & MYSQL_WAIT_READ) entry.events |= POLLIN;
    if (status & MYSQL_WAIT_WRITE) entry.events |= POLLOUT;
    if (status & MYSQL_WAIT_EXCEPT) entry.events |= POLLPRI;
    if (!wait_for(entry.fd, entry.events, deadline)) return false;
    ::poll(&entry, 1, 0);
    status = 0;
    if (entry.revents & (POLLIN | POLLHUP | POLLERR)) status |= MYSQL_WAIT_READ;
    if (entry.revents & (POLLOUT | POLLHUP | POLLERR)) status |= MYSQL_WAIT_WRITE;
    if (entry.revents & POLLPRI) status |= MYSQL_WAIT_EXCEPT;
    return true;
}

void shut_mysql(MYSQL* mysql) {
    ::shutdown(mysql_get_socket(mysql), SHUT_RDWR);
}

}  // namespace logbook::net
