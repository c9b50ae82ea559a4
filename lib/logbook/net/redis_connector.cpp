// The real Redis client: our own socket, hiredis' formatter and reader. The reader builds our reply through
// our own functions, because hiredis 0.14 allocates what a hostile server's array header asks for
// (CVE-2021-32765).
#include <cerrno>
#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/socket.h>

#include "logbook/base/text.h"
#include "logbook/net/redis_session.h"
#include "logbook/net/tcp.h"

namespace logbook::net {
namespace {

constexpr size_t most_bytes = 8u << 20;
constexpr int64_t most_items = 100'000;

// Where the reader's next object goes: a new root, or its place in the array that is being read.
RedisReply* place_for(const redisReadTask* task) {
    if (!task->parent) return new RedisReply;
    auto* parent = static_cast<RedisReply*>(task->parent->obj);
    return &parent->items[size_t(task->idx)];
}

void* on_string(const redisReadTask* task, char* text, size_t size) {
    RedisReply* reply = place_for(task);
    reply->kind = task->type == REDIS_REPLY_STATUS  ? RedisReply::Kind::status
                  : task->type == REDIS_REPLY_ERROR ? RedisReply::Kind::error
                                                    : RedisReply::Kind::text;
    reply->text.assign(text, size);
    return reply;
}

template <typename Count>  // int in hiredis 0.14, size_t since 1.0
void* on_array(const redisReadTask* task, Count count) {
    if (int64_t(count) < 0 || int64_t(count) > most_items) return nullptr;  // the reader reports it and stops
    RedisReply* reply = place_for(task);
    reply->kind = RedisReply::Kind::array;
    reply->items.resize(size_t(count));
    return reply;
}

void* on_integer(const redisReadTask* task, long long value) {
    RedisReply* reply = place_for(task);
    reply->kind = RedisReply::Kind::integer;
    reply->integer = value;
    return reply;
}

void* on_nil(const redisReadTask* task) {
    return place_for(task);
}

void free_root(void* object) {
    delete static_cast<RedisReply*>(object);
}

[[maybe_unused]] void* on_double(const redisReadTask* task, double, char* text, size_t size) {
    return on_string(task, text, size);
}

[[maybe_unused]] void* on_bool(const redisReadTask* task, int value) {
    return on_integer(task, value);
}

// Newer readers also know RESP3's types, and would store a number for a pointer where a function is missing.
template <typename Functions>
Functions reader_functions() {
    Functions functions{};
    functions.createString = &on_string;
    functions.createArray = &on_array;
    functions.createInteger = &on_integer;
    functions.createNil = &on_nil;
    functions.freeObject = &free_root;
    if constexpr (requires { functions.createDouble; }) functions.createDouble = &on_double;
    if constexpr (requires { functions.createBool; }) functions.createBool = &on_bool;
    return functions;
}

class HiredisSession final : public RedisSession {
  public:
    HiredisSession(Fd fd, std::string place)
        : fd_(std::move(fd))
        , place_(std::move(place))
        , functions_(reader_functions<redisReplyObjectFunctions>())
        , reader_(redisReaderCreateWithFunctions(&functions_), redisReaderFree) {}

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
            void* object = nullptr;
            if (redisReaderGetReply(reader_.get(), &object) != REDIS_OK)
                return fail(ErrorCode::protocol,
                            fmt::format("what listens at {} does not speak Redis' protocol ({})", place_,
                                        printable(reader_->errstr)));
            if (object) {
                const std::unique_ptr<RedisReply> owned(static_cast<RedisReply*>(object));
                return std::move(*owned);
            }
            const ssize_t n = ::recv(fd_.get(), piece, sizeof piece, 0);
            if (n > 0) {
                taken += size_t(n);
                if (taken > most_bytes)
                    return fail(
                        ErrorCode::too_large,
                        fmt::format("Redis at {} answered with more than {} bytes", place_, most_bytes));
                redisReaderFeed(reader_.get(), piece, size_t(n));
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
    redisReplyObjectFunctions functions_;
    std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
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
