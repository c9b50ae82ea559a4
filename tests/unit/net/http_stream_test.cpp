// The streaming client against a small server on a unix socket: silence, stop, limits, enough, and an
// upgrade.
#include "logbook/net/http_stream.h"

#include <atomic>
#include <cstring>
#include <doctest/doctest.h>
#include <functional>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

#include "logbook/base/fd.h"
#include "unit/scratch.h"

using namespace logbook;

namespace {

void send_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        text.remove_prefix(size_t(sent));
    }
}

// What the peer sends until `end` comes, or it closes its side.
std::string read_until(int fd, const std::string& end) {
    std::string got;
    char buffer[1024];
    while (end.empty() || got.find(end) == std::string::npos) {
        const ssize_t size = ::recv(fd, buffer, sizeof buffer, 0);
        if (size <= 0) break;
        got.append(buffer, size_t(size));
    }
    return got;
}

// Serves one connection after its request's head was read.
class Server {
  public:
    explicit Server(std::function<void(int fd)> serve) {
        path = (scratch_.path() / "s").string();
        listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        REQUIRE(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_.get(), 4) == 0);
        thread_ = std::thread([this, serve = std::move(serve)] {
            const Fd connection(::accept(listener_.get(), nullptr, nullptr));
            if (!connection) return;
            read_until(connection.get(), "\r\n\r\n");
            serve(connection.get());
            ended_ = true;
        });
    }
    ~Server() {
        ::shutdown(listener_.get(), SHUT_RDWR);
        thread_.join();
    }
    net::HttpRequest request() const {
        net::HttpRequest request;
        request.url = "http://peer/x";
        request.unix_socket = path;
        return request;
    }
    std::string path;

  private:
    test::Scratch scratch_;
    Fd listener_;
    std::atomic<bool> ended_{false};
    std::thread thread_;
};

constexpr std::string_view open_head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";

}  // namespace

TEST_CASE("a silence longer than allowed ends the call, long before its deadline") {
    Server server([](int fd) {
        send_all(fd, open_head);
        send_all(fd, "begin");
        read_until(fd, {});  // until the client goes
    });
    std::string got;
    net::StreamOptions options;
    options.idle = Millis(150);
    const auto begun = std::chrono::steady_clock::now();
    const auto reply = net::make_curl_stream()->stream(
        server.request(), options, [&](std::string_view piece) { return got += piece, true; },
        Deadline::in(Millis(30000)));
    REQUIRE_FALSE(reply);
    CHECK(reply.error().error.code == ErrorCode::timeout);
    CHECK(got == "begin");
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
}

TEST_CASE("a stop, enough, and too much") {
    const auto endless = [](int fd) {
        send_all(fd, open_head);
        send_all(fd, std::string(900'000, 'x'));
        read_until(fd, {});
    };
    const auto stream = net::make_curl_stream();
    {
        Server server(endless);
        net::StreamOptions options;
        const Deadline stop = Deadline::in(Millis(100));
        options.stopped = [&] { return stop.passed(); };
        const auto reply = stream->stream(
            server.request(), options, [](std::string_view) { return true; }, Deadline::in(Millis(30000)));
        CHECK(reply.error().error.code == ErrorCode::interrupted);
    }
    {
        Server server(endless);
        const auto reply = stream->stream(
            server.request(), {}, [](std::string_view) { return false; }, Deadline::in(Millis(30000)));
        CHECK(reply.value().status == 200);
    }
    {
        Server server(endless);
        net::HttpRequest request = server.request();
        request.most_bytes = 1000;
        size_t got = 0;
        const auto reply = stream->stream(
            request, {}, [&](std::string_view piece) { return got += piece.size(), true; },
            Deadline::in(Millis(30000)));
        CHECK(reply.error().error.code == ErrorCode::too_large);
        CHECK(got <= 1000);
    }
}

TEST_CASE("an upgraded connection goes both ways, and its end is told") {
    std::string input(300'000, 'i'), seen;
    {
        Server server([&](int fd) {
            send_all(fd, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\n\r\nfirst ");
            seen = read_until(fd, {});  // to the end of the client's side
            send_all(fd, "last");
        });
        std::string got;
        const auto reply = net::make_curl_stream()->upgrade(
            server.request(), {}, input, [&](std::string_view piece) { return got += piece, true; },
            Deadline::in(Millis(30000)));
        REQUIRE(reply);
        CHECK(reply->status == 101);
        CHECK(got == "first last");
    }
    CHECK(seen == input);
}
