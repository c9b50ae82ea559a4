// Who listens: the kernel's table, and a socket of our own.
#include "logbook/host/listener.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "logbook/base/fd.h"

using namespace logbook;

TEST_CASE("the kernel's table is read") {
    const char* table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:0BB9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1\n"
        "   1: 0100007F:0BB9 0100007F:AAAA 01 00000000:00000000 00:00000000 00000000     0        0 77 1\n"
        "   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 9 1\n"
        "   3: garbage\n\n   4: zz:zz 0 0A 1 1 1 1 1 1\n";
    const auto found = host::parse_listening(table, 3001);
    REQUIRE(found.size() == 1);
    CHECK(found[0].address == "127.0.0.1");
    CHECK(found[0].inode == 4242);
    CHECK(host::parse_listening("  0: 00000000000000000000000001000000:0BB9 0:0 0A 0 0 0 0 0 5 1\n", 3001)
              .at(0)
              .address == "::1");
}

TEST_CASE("a listening socket is traced to its process") {
    const Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd.get(), 1) == 0);
    socklen_t size = sizeof address;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
    const auto listeners = host::listeners_on(ntohs(address.sin_port));
    REQUIRE(listeners.size() == 1);
    CHECK(listeners[0].pid == ::getpid());
    CHECK(listeners[0].program == "unit_tests");
}
