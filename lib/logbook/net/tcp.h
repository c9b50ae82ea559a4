// Names and TCP connections under a deadline.
#pragma once

#include <string>
#include <sys/socket.h>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/fd.h"
#include "logbook/base/result.h"

namespace logbook::net {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    std::string text;  // "127.0.0.1"
};

// A numeric address is taken as it is. A name is asked for on a thread of its own, since getaddrinfo(3) knows
// no time limit; a thread that is still waiting at the deadline is left behind and touches nothing of the
// caller's. Fails with `not_found`, also when the name server does not answer in time.
Result<std::vector<Address>> resolve(const std::string& host, uint16_t port, Deadline deadline);

// Tries the addresses in order. The socket is non-blocking, with TCP_NODELAY. Fails with `not_found` (name)
// or `unreachable` (refused, no route, no answer in time).
Result<Fd> tcp_connect(const std::string& host, uint16_t port, Deadline deadline);

// Waits for `events` of poll(2). False when the deadline passed.
bool wait_for(int fd, short events, Deadline deadline);

// Whether the peer has closed or reset a connection on which nothing is expected. Bytes that came unasked
// count as `bytes_are_the_end` says: an encrypted channel may hold some that are no answer. Never waits.
bool has_ended(int fd, bool bytes_are_the_end);

}  // namespace logbook::net
