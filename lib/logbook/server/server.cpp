// The sockets: Asio on one thread, a worker pool beside it. The one file that includes Asio.
#include "logbook/server/server.h"

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

#include "logbook/api/errors.h"
#include "logbook/api/wire.h"
#include "logbook/server/request_reader.h"
#include "logbook/server/worker_pool.h"

namespace logbook::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr size_t piece_size = 16 * 1024;
constexpr size_t most_lingering_bytes = 4 << 20;  // thrown away after a refusal, so that the client reads it

// What counts as one client.
std::string client_key(const asio::ip::address& address) {
    if (address.is_v4()) return address.to_string();
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_string();
    const auto bytes = v6.to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

class Session;

// What the sessions share. Touched by the io thread only, but for the pools.
struct House {
    House(const api::Service& with, const Clock& time, ServerOptions how)
        : service(with), clock(time), options(std::move(how)) {}

    const api::Service& service;
    const Clock& clock;
    const ServerOptions options;
    asio::io_context io{1};
    WorkerPool pool{options.caps.workers, options.caps.queue};
    WorkerPool vital{options.caps.vital_workers, options.caps.queue};
    std::set<std::shared_ptr<Session>> sessions;
    std::map<std::string, size_t> by_client;
    bool stopping = false;
    std::function<void()> on_empty;

    api::Reply busy() const {
        api::Reply reply = api::error_reply(503, "The server is busy; try again");
        reply.headers.set("Retry-After", "1");
        return reply;
    }
    // The last resort, for a service without the step that catches.
    api::Reply answer(const api::Request& request) const {
        try {
            return service.handle(request);
        } catch (...) {
            return api::error_reply(500, "Internal server error", "LB-SYS-001");
        }
    }
};

// One connection: reads a request, has it answered, writes the reply, and again.
class Session : public std::enable_shared_from_this<Session> {
  public:
    Session(House& house, tcp::socket socket, std::string peer, std::string key)
        : house_(house)
        , socket_(std::move(socket))
        , timer_(house.io)
        , reader_(house.options.limits)
        , peer_(std::move(peer))
        , key_(std::move(key)) {}

    void begin() {
        arm(house_.options.deadlines.head);
        read();
    }
    void stop() {
        if (phase_ == Phase::idle) close();
    }
    void close() {
        if (phase_ == Phase::closed) return;
        phase_ = Phase::closed;
        timer_.cancel();
        error_code ignored;
        socket_.close(ignored);
        if (auto count = house_.by_client.find(key_); count != house_.by_client.end() && --count->second == 0)
            house_.by_client.erase(count);
        house_.sessions.erase(shared_from_this());
        if (house_.stopping && house_.sessions.empty() && house_.on_empty) house_.on_empty();
    }

  private:
    enum class Phase { idle, head, body, work, write, linger, closed };

    // One timer serves the phase: setting it anew cancels the wait that was.
    void arm(Millis how_long) {
        timer_.expires_after(how_long);
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error) self->late();
        });
    }

    void late() {
        // A wait that had already run out when it was set anew still comes here.
        if (timer_.expiry() > asio::steady_timer::clock_type::now()) return;
        switch (phase_) {
        case Phase::head:
        case Phase::body:
            late_ = true;
            socket_.cancel();  // the read that is under way ends, and refuses
            return;
        case Phase::idle:
        case Phase::write:
        case Phase::linger:
            return close();
        case Phase::work:
        case Phase::closed:
            return;
        }
    }

    void read() {
        socket_.async_read_some(
            asio::buffer(piece_),
            [self = shared_from_this()](error_code error, size_t n) { self->on_read(error, n); });
    }

    void on_read(error_code error, size_t n) {
        if (phase_ == Phase::closed) return;
        if (late_ && reader_.state() == RequestReader::State::idle) return close();  // never said a word
        if (late_) return refuse({408, "the request did not come in time"});
        if (error) return close();
        reader_.feed({piece_.data(), n});
        go_on();
    }

    void go_on() {
        const Deadlines& deadlines = house_.options.deadlines;
        switch (reader_.state()) {
        case RequestReader::State::idle:
            if (house_.stopping) return close();
            phase_ = Phase::idle;
            arm(deadlines.idle);
            return read();
        case RequestReader::State::head:
            if (phase_ != Phase::head) {
                // The first head's time began with the connection.
                if (answered_ > 0) arm(deadlines.head);
                phase_ = Phase::head;
            }
            return read();
        case RequestReader::State::body:
            if (phase_ != Phase::body) {
                phase_ = Phase::body;
                arm(deadlines.body);
            }
            if (reader_.take_expectation()) return invite();
            return read();
        case RequestReader::State::ready:
            return work();
        case RequestReader::State::rejected:
            return refuse(reader_.rejection());
        }
    }

    // "100 Continue" for a client that waits for it.
    void invite() {
        out_ = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](error_code error, size_t) {
            if (self->phase_ == Phase::closed) return;
            if (self->late_) return self->refuse({408, "the request did not come in time"});
            if (error) return self->close();
            self->read();
        });
    }

    void work() {
        phase_ = Phase::work;
        timer_.cancel();
        keep_alive_ = reader_.keep_alive();
        minor_ = reader_.minor();
        auto request = std::make_shared<api::Request>(reader_.take());
        request->peer = peer_;
        const api::Cost cost = house_.service.cost_of(*request);
        if (cost == api::Cost::cheap) return reply(house_.answer(*request));
        WorkerPool& pool = cost == api::Cost::vital ? house_.vital : house_.pool;
        const bool taken = pool.submit([self = shared_from_this(), request] {
            auto answer = std::make_shared<api::Reply>(self->house_.answer(*request));
            asio::post(self->house_.io, [self, answer] { self->reply(std::move(*answer)); });
        });
        if (!taken) reply(house_.busy());
    }

    void refuse(const Rejection& why) {
        keep_alive_ = false;
        refused_ = true;
        api::Reply answer = api::error_reply(why.status, why.why);
        reply(std::move(answer));
    }

    void reply(api::Reply answer) {
        if (phase_ == Phase::closed) return;
        if (house_.stopping) keep_alive_ = false;
        phase_ = Phase::write;
        arm(house_.options.deadlines.write);
        answer.headers.set("Date", http_date(house_.clock.wall()));
        out_ = api::to_wire(answer, keep_alive_, minor_);
        ++answered_;
        asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](error_code error, size_t) {
            if (self->phase_ == Phase::closed) return;
            if (error) return self->close();
            if (self->keep_alive_) return self->go_on();
            self->linger();
        });
    }

    // To close at once while bytes are unread would reset the connection, and the client might lose the
    // reply.
    void linger() {
        error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
        if (!refused_) return close();
        phase_ = Phase::linger;
        arm(house_.options.deadlines.linger);
        discard();
    }

    void discard() {
        socket_.async_read_some(asio::buffer(piece_),
                                [self = shared_from_this()](error_code error, size_t n) {
                                    if (self->phase_ == Phase::closed) return;
                                    self->discarded_ += n;
                                    if (error || self->discarded_ > most_lingering_bytes)
                                        return self->close();
                                    self->discard();
                                });
    }

    House& house_;
    tcp::socket socket_;
    asio::steady_timer timer_;
    RequestReader reader_;
    const std::string peer_, key_;
    Phase phase_ = Phase::head;
    bool late_ = false, refused_ = false, keep_alive_ = false;
    int minor_ = 1;
    size_t answered_ = 0, discarded_ = 0;
    std::string out_;
    std::array<char, piece_size> piece_;
};

class AsioServer final : public Server {
  public:
    AsioServer(const api::Service& service, const Clock& clock, ServerOptions options)
        : house_(service, clock, std::move(options)), acceptor_(house_.io), pause_(house_.io) {
        house_.on_empty = [this] { house_.io.stop(); };
    }

    Status open() {
        const ServerOptions& options = house_.options;
        error_code error;
        const auto address = asio::ip::make_address(options.address, error);
        if (error)
            return fail(ErrorCode::invalid, fmt::format("`{}` is not an IP address", options.address),
                        "listen on 127.0.0.1, or on one of `ip -brief address`");
        const tcp::endpoint endpoint(address, options.port);
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(1024, error);
        if (error == asio::error::address_in_use)
            return fail(ErrorCode::conflict,
                        fmt::format("{}:{} is taken already", options.address, options.port),
                        fmt::format("see who holds it: ss -ltnp 'sport = :{}'", options.port));
        if (error)
            return fail(system_error(fmt::format("cannot listen on {}:{}", options.address, options.port),
                                     error.value()));
        port_ = acceptor_.local_endpoint().port();
        return {};
    }

    uint16_t port() const override { return port_; }

    void run() override {
        accept();
        house_.io.run();
        // What is still open has outlived its deadline. Jobs that run keep their session, so the pool's end
        // (in the destructor) waits for them.
        for (const auto& session : std::set(house_.sessions)) session->close();
    }

    void stop() override {
        asio::post(house_.io, [this] {
            if (house_.stopping) return;
            house_.stopping = true;
            error_code ignored;
            acceptor_.close(ignored);
            for (const auto& session : std::set(house_.sessions)) session->stop();
            if (house_.sessions.empty()) return house_.io.stop();
            pause_.expires_after(house_.options.deadlines.stop);
            pause_.async_wait([this](error_code error) {
                if (!error) house_.io.stop();
            });
        });
    }

  private:
    void accept() {
        acceptor_.async_accept([this](error_code error, tcp::socket socket) {
            if (house_.stopping) return;
            if (!error) {
                admit(std::move(socket));
                return accept();
            }
            // Out of descriptors, most likely: without a pause this would spin.
            pause_.expires_after(Millis(100));
            pause_.async_wait([this](error_code) {
                if (!house_.stopping) accept();
            });
        });
    }

    void admit(tcp::socket socket) {
        error_code error;
        const tcp::endpoint peer = socket.remote_endpoint(error);
        if (error) return;
        socket.non_blocking(true, error);
        socket.set_option(tcp::no_delay(true), error);
        const std::string key = client_key(peer.address());
        const auto count = house_.by_client.find(key);
        const size_t own = count == house_.by_client.end() ? 0 : count->second;
        if (house_.sessions.size() >= house_.options.caps.connections ||
            own >= house_.options.caps.connections_per_address) {
            const std::string words = api::to_wire(house_.busy(), false);
            socket.write_some(asio::buffer(words), error);  // fits into any socket's buffer
            socket.shutdown(tcp::socket::shutdown_send, error);
            return;
        }
        ++house_.by_client[key];
        auto session = std::make_shared<Session>(house_, std::move(socket), peer.address().to_string(), key);
        house_.sessions.insert(session);
        session->begin();
    }

    House house_;
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::listen(const api::Service& service, const Clock& clock,
                                               ServerOptions options) {
    auto server = std::make_unique<AsioServer>(service, clock, std::move(options));
    if (Status opened = server->open(); !opened) return fail(opened.error());
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace logbook::server
