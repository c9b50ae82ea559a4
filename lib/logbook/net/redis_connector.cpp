// The real Redis client: our own socket, hiredis' formatter, and the bounded reader.
#include <cerrno>
#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include "logbook/base/text.h"
#include "logbook/net/redis_reader.h"
#include "logbook/net/tcp.h"

namespace logbook::net {
namespace {

constexpr size_t most_bytes = 8u << 20;

class HiredisSession final : public RedisSession {
  public:
    HiredisSession(Fd fd, std::string place) : fd_(std::move(fd)), place_(std::move(place)) {}

    Result<RedisReply> command(const std::vector<std::string>& words, Deadline deadline) override {
        if (broken_)
            return fail(ErrorCode::closed,
                        "the connection to Redis at " + place_ + " ended after an earlier failure");
        Result<RedisReply> reply = exchange(words, deadline);
        broken_ = !reply.has_value();  // what comes later would answer this command, not the next one
        return reply;
    }

  private:
    Result<RedisReply> exchange(const std::vector<std::string>& words, Deadline deadline) {
        std::vector<const char*> pointers;
        std::vector<size_t> sizes;
        for (const std::string& word : words) {
            pointers.push_back(word.data());
            sizes.push_back(word.size());
        }
        char* bytes = nullptr;
        const auto size = redisFormatCommandArgv(&bytes, int(words.size()), pointers.data(), sizes.data());
        if (size < 0) return fail(ErrorCode::io, "out of memory");
        const std::unique_ptr<char, void (*)(void*)> owned(
            bytes, [](void* p) { redisFreeCommand(static_cast<char*>(p)); });
        if (Status sent = send_all(std::string_view(bytes, size_t(size)), deadline); !sent)
            return fail(sent.error());
        return receive(deadline);
    }

    Status send_all(std::string_view bytes, Deadline deadline) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n > 0)
                bytes.remove_prefix(size_t(n));
            else if (errno != EAGAIN && errno != EINTR)
                return fail(lost(errno));
            else if (!wait_for(fd_.get(), POLLOUT, deadline))
                return fail(silent());
        }
        return {};
    }

    Result<RedisReply> receive(Deadline deadline) {
        size_t taken = 0;
        char piece[16 * 1024];
        for (;;) {
            auto reply = reader_.next();
            if (!reply)
                return fail(ErrorCode::protocol,
                            fmt::format("what listens at {} does not speak Redis' protocol ({})", place_,
                                        reply.error().what));
            if (*reply) return std::move(**reply);
            const ssize_t n = ::recv(fd_.get(), piece, sizeof piece, 0);
            if (n > 0) {
                taken += size_t(n);
                if (taken > most_bytes)
                    return fail(
                        ErrorCode::too_large,
                        fmt::format("Redis at {} answered with more than {} bytes", place_, most_bytes));
                reader_.feed({piece, size_t(n)});
            } else if (n == 0) {
                return fail(lost(0));
            } else if (errno != EAGAIN && errno != EINTR) {
                return fail(lost(errno));
            } else if (!wait_for(fd_.get(), POLLIN, deadline)) {
                return fail(silent());
            }
        }
    }

    Error silent() const {
        return {ErrorCode::timeout,
                fmt::format("Redis at {} accepts connections but does not answer", place_),
                {}};
    }
    Error lost(int error_number) const {
        if (error_number == 0)
            return {ErrorCode::closed, fmt::format("Redis at {} closed the connection", place_), {}};
        return {ErrorCode::closed,
                system_error("Redis at " + place_ + " ended the connection", error_number).what,
                {}};
    }

    Fd fd_;
    std::string place_;
    RedisReader reader_;
    bool broken_ = false;
};

class HiredisConnector final : public RedisConnector {
  public:
    Result<std::unique_ptr<RedisSession>> connect(const RedisEndpoint& endpoint,
                                                  Deadline deadline) const override {
        auto fd = tcp_connect(endpoint.host, endpoint.port, deadline);
        if (!fd) return fail(fd.error());
        auto session = std::make_unique<HiredisSession>(
            std::move(*fd), fmt::format("{}:{}", printable(endpoint.host, 255), endpoint.port));
        if (endpoint.password.empty()) return session;
        std::vector<std::string> words = {"AUTH"};
        if (!endpoint.user.empty()) words.push_back(endpoint.user);
        words.emplace_back(endpoint.password.reveal());
        const auto reply = session->command(words, deadline);
        if (!reply) return fail(reply.error());
        if (reply->is_error()) return fail(ErrorCode::auth, printable(reply->text));
        return session;
    }
};

}  // namespace

std::unique_ptr<RedisConnector> make_redis_connector() {
    return std::make_unique<HiredisConnector>();
}

}  // namespace logbook::net
