// Resolving and connecting, bounded.
#include "logbook/net/tcp.h"

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <thread>

#include "logbook/base/text.h"

namespace logbook::net {
namespace {

// One look-up, shared between the caller and the thread that asks; whoever ends last frees it.
struct Lookup {
    std::mutex mutex;
    std::condition_variable finished;
    bool done = false;
    int error = 0;
    std::vector<Address> addresses;
};

std::vector<Address> addresses_of(const addrinfo* list) {
    std::vector<Address> out;
    for (; list; list = list->ai_next) {
        Address address;
        std::memcpy(&address.storage, list->ai_addr, list->ai_addrlen);
        address.size = list->ai_addrlen;
        char text[NI_MAXHOST] = {};
        ::getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
        address.text = text;
        out.push_back(std::move(address));
    }
    return out;
}

int look_up(const std::string& host, uint16_t port, int flags, std::vector<Address>& out) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | flags;
    addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
    if (error == 0) {
        out = addresses_of(list);
        ::freeaddrinfo(list);
    }
    return error;
}

std::string place(const std::string& host, uint16_t port) {
    const std::string name = printable(host, 255);
    return contains(host, ":") ? fmt::format("[{}]:{}", name, port) : fmt::format("{}:{}", name, port);
}

// A connected descriptor, or the errno that says why not.
Fd connect_one(const Address& address, Deadline deadline, int& error) {
    Fd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return error = errno, Fd();
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
        if (errno != EINPROGRESS) return error = errno, Fd();
        if (!wait_for(fd.get(), POLLOUT, deadline)) return error = ETIMEDOUT, Fd();
        socklen_t size = sizeof error;
        ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return Fd();
    }
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

}  // namespace

bool wait_for(int fd, short events, Deadline deadline) {
    pollfd entry{fd, events, 0};
    for (;;) {
        const int ready = ::poll(&entry, 1, int(std::min<int64_t>(deadline.remaining().count(), 3'600'000)));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

bool has_ended(int fd, bool bytes_are_the_end) {
    char byte = 0;
    const ssize_t n = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0) return bytes_are_the_end;
    return n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

Result<std::vector<Address>> resolve(const std::string& host, uint16_t port, Deadline deadline) {
    std::vector<Address> numeric;
    if (look_up(host, port, AI_NUMERICHOST, numeric) == 0) return numeric;

    const auto shared = std::make_shared<Lookup>();
    std::thread([shared, host, port] {
        std::vector<Address> addresses;
        const int error = look_up(host, port, 0, addresses);
        const std::lock_guard lock(shared->mutex);
        shared->error = error;
        shared->addresses = std::move(addresses);
        shared->done = true;
        shared->finished.notify_one();
    }).detach();

    std::unique_lock lock(shared->mutex);
    if (!shared->finished.wait_until(lock, deadline.at(), [&] { return shared->done; }))
        return fail(ErrorCode::not_found,
                    fmt::format("no name server told the address of `{}` in time", printable(host, 255)),
                    "look at /etc/resolv.conf, or name the host by its address");
    if (shared->error != 0)
        return fail(ErrorCode::not_found, fmt::format("the host name `{}` does not resolve ({})",
                                                      printable(host, 255), ::gai_strerror(shared->error)));
    return shared->addresses;
}

Result<Fd> tcp_connect(const std::string& host, uint16_t port, Deadline deadline) {
    const auto addresses = resolve(host, port, deadline);
    if (!addresses) return fail(addresses.error());
    int error = 0;
    for (const Address& address : *addresses) {
        Fd fd = connect_one(address, deadline, error);
        if (fd) return fd;
    }
    Error failure = system_error("cannot connect to " + place(host, port), error);
    failure.code = ErrorCode::unreachable;
    return fail(std::move(failure));
}

}  // namespace logbook::net
