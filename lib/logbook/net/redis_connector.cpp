// The real Redis client: our own channel, hiredis' formatter, and the bounded reader. hiredis' TLS came with
// 1.0 only.
#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include "logbook/base/text.h"
#include "logbook/net/channel.h"
#include "logbook/net/redis_reader.h"
#include "logbook/net/tcp.h"

namespace logbook::net {
namespace {

constexpr size_t most_bytes = 8u << 20;

class HiredisSession final : public RedisSession {
  public:
    HiredisSession(std::unique_ptr<Channel> channel, std::string place)
        : channel_(std::move(channel)), place_(std::move(place)) {}

    Result<RedisReply> command(const std::vector<std::string>& words, Deadline deadline) override {
        if (broken_)
            return fail(ErrorCode::closed,
                        "the connection to Redis at " + place_ + " ended after an earlier failure");
        Result<RedisReply> reply = exchange(words, deadline);
        broken_ = !reply.has_value();  // what comes later would answer this command, not the next one
        return reply;
    }

    bool lost() const override { return broken_ || channel_->lost(); }

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
        if (Status sent = channel_->send_all(std::string_view(bytes, size_t(size)), deadline); !sent)
            return fail(sent.error());
        return receive(deadline);
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
            const auto n = channel_->receive(piece, sizeof piece, deadline);
            if (!n) return fail(n.error());
            taken += *n;
            if (taken > most_bytes)
                return fail(ErrorCode::too_large,
                            fmt::format("Redis at {} answered with more than {} bytes", place_, most_bytes));
            reader_.feed({piece, *n});
        }
    }

    std::unique_ptr<Channel> channel_;
    std::string place_;
    RedisReader reader_;
    bool broken_ = false;
};

Result<std::unique_ptr<Channel>> open_channel(Fd fd, std::string place, const RedisTls& tls,
                                              Deadline deadline) {
    if (tls.on) return tls_channel(std::move(fd), std::move(place), tls, deadline);
    return plain_channel(std::move(fd), std::move(place));
}

class HiredisConnector final : public RedisConnector {
  public:
    Result<std::unique_ptr<RedisSession>> connect(const RedisEndpoint& endpoint,
                                                  Deadline deadline) const override {
        auto fd = tcp_connect(endpoint.host, endpoint.port, deadline);
        if (!fd) return fail(fd.error());
        const std::string place = fmt::format("{}:{}", printable(endpoint.host, 255), endpoint.port);
        auto channel = open_channel(std::move(*fd), "Redis at " + place, endpoint.tls, deadline);
        if (!channel) return fail(channel.error());
        auto session = std::make_unique<HiredisSession>(std::move(*channel), place);
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
