// A server on a loopback port for one test, and a client that speaks raw bytes to it.
#pragma once

#include <arpa/inet.h>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/fd.h"
#include "logbook/server/server.h"

namespace logbook::test {

// Runs in a thread of its own until the end of its life.
class Loopback {
  public:
    Loopback(const api::Service& service, server::ServerOptions options) {
        auto made = server::Server::listen(service, clock_, std::move(options));
        if (!made) throw std::runtime_error(made.error().what);
        server_ = std::move(*made);
        thread_ = std::thread([this] { server_->run(); });
    }
    ~Loopback() { end(); }
    void end() {
        server_->stop();
        if (thread_.joinable()) thread_.join();
    }
    server::Server& server() { return *server_; }
    uint16_t port() const { return server_->port(); }

  private:
    SystemClock clock_;
    std::unique_ptr<server::Server> server_;
    std::thread thread_;
};

// One connection. Every wait ends within its bound.
class RawClient {
  public:
    explicit RawClient(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    bool connected() const { return connected_; }

    // False when the other end is gone.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            bytes.remove_prefix(size_t(n));
        }
        return true;
    }
    void no_more() { ::shutdown(socket_.get(), SHUT_WR); }

    // Reads until `done(bytes)`, the end of the stream, or the time is over.
    template <typename Done>
    std::string read_until(Done done, Millis most = Millis(10'000)) {
        const auto end = std::chrono::steady_clock::now() + most;
        while (!done(bytes_) && !closed_) {
            const auto left = std::chrono::ceil<Millis>(end - std::chrono::steady_clock::now());
            pollfd wait{socket_.get(), POLLIN, 0};
            if (left.count() <= 0 || ::poll(&wait, 1, int(left.count())) <= 0) break;
            char piece[65536];
            const ssize_t n = ::recv(socket_.get(), piece, sizeof piece, 0);
            if (n <= 0)
                closed_ = true;
            else
                bytes_.append(piece, size_t(n));
        }
        return bytes_;
    }
    std::string read_all(Millis most = Millis(10'000)) {
        return read_until([](const std::string&) { return false; }, most);
    }
    // One whole reply; what follows stays for the next call.
    std::string read_reply(Millis most = Millis(10'000)) {
        size_t size = 0;
        read_until([&](const std::string& b) { return (size = whole_reply(b)) > 0; }, most);
        std::string reply = bytes_.substr(0, size);
        bytes_.erase(0, size);
        return reply;
    }
    bool closed() const { return closed_; }

    // Bytes of the first whole reply; 0 when there is none yet. Replies here always have a Content-Length.
    static size_t whole_reply(std::string_view bytes) {
        const size_t head = bytes.find("\r\n\r\n");
        if (head == std::string_view::npos) return 0;
        if (bytes.substr(0, 12) == "HTTP/1.1 100") return head + 4;
        const size_t length_at = bytes.find("Content-Length: ");
        if (length_at == std::string_view::npos || length_at > head) return 0;
        const size_t length =
            size_t(std::strtoul(std::string(bytes.substr(length_at + 16, 20)).c_str(), nullptr, 10));
        return bytes.size() >= head + 4 + length ? head + 4 + length : 0;
    }

  private:
    Fd socket_;
    bool connected_ = false, closed_ = false;
    std::string bytes_;
};

// "200 404": the statuses of all whole replies in the bytes; " rest" at the end when something is left over.
inline std::string statuses(std::string bytes) {
    std::string found;
    while (const size_t size = RawClient::whole_reply(bytes)) {
        found += (found.empty() ? "" : " ") + bytes.substr(9, 3);
        bytes.erase(0, size);
    }
    return bytes.empty() ? found : found + " rest";
}

}  // namespace logbook::test
