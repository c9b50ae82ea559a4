// The kernel chooses: a socket bound to port 0.
#include "logbook/host/port.h"

#include <arpa/inet.h>
#include <cerrno>
#include <mutex>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>

#include "logbook/base/fd.h"

namespace logbook::host {

Result<uint16_t> free_loopback_port() {
    // What this process has handed out: a server that has not bound its port yet must not lose it to the next
    // caller here.
    static std::mutex guard;
    static std::set<uint16_t> given;
    const std::lock_guard lock(guard);
    for (int tries = 0; tries < 64; ++tries) {
        const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (!socket || ::bind(socket.get(), generic, size) != 0 ||
            ::getsockname(socket.get(), generic, &size) != 0)
            return fail(system_error("cannot find a free port on 127.0.0.1", errno));
        const uint16_t port = ntohs(address.sin_port);
        if (given.insert(port).second) return port;
    }
    return fail(ErrorCode::conflict, "cannot find a free port on 127.0.0.1", "look at ss -ltn");
}

}  // namespace logbook::host
