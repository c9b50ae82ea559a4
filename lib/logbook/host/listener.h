// Who listens on a TCP port of this machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::host {

struct Listener {
    std::string address;  // "127.0.0.1", "0.0.0.0", "::"
    // Of the process that holds the socket; absent where /proc does not let us see it (another user's,
    // without root).
    std::optional<pid_t> pid;
    std::string program;  // its name, e.g. "python3"; empty with pid
};

// The sockets that listen on `port`, from /proc/net/tcp and tcp6 (proc(5)). Empty when nobody does.
// Sockets of other network namespaces (inside containers) are not seen; a published port is, as docker-proxy.
LOGBOOK_EXPORT std::vector<Listener> listeners_on(uint16_t port);

// Pure part, for tests: the inode and address of each listening socket on `port` in the text of /proc/net/tcp
// or tcp6.
struct ListeningSocket {
    std::string address;
    uint64_t inode = 0;
};
std::vector<ListeningSocket> parse_listening(std::string_view proc_net_tcp, uint16_t port);

}  // namespace logbook::host
