// The limiter while Redis is away, the script's words to Redis, and the desk for passwords.
#include <atomic>
#include <doctest/doctest.h>
#include <thread>

#include "logbook/backend/password_desk.h"
#include "logbook/backend/rate_limit.h"

using namespace logbook;
using namespace logbook::backend;
using namespace std::chrono_literals;

namespace {

class HandClock final : public Clock {
  public:
    WallTime wall() const override { return WallTime{} + passed_.load(); }
    std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point{} + 1h + passed_.load();
    }
    void sleep(Millis) const override {}
    void pass(Millis time) { passed_ = passed_.load() + time; }

  private:
    std::atomic<Millis> passed_{Millis(0)};
};

// Answers every command with one reply, or nothing at all.
class OneReply final : public net::RedisConnector {
  public:
    std::optional<net::RedisReply> reply;
    mutable std::vector<std::vector<std::string>> asked;

    Result<std::unique_ptr<net::RedisSession>> connect(const net::RedisEndpoint&, Deadline) const override {
        if (!reply) return fail(ErrorCode::unreachable, "no Redis here");
        return std::make_unique<Session>(*this);
    }

  private:
    class Session final : public net::RedisSession {
      public:
        explicit Session(const OneReply& world) : world_(world) {}
        Result<net::RedisReply> command(const std::vector<std::string>& words, Deadline) override {
            world_.asked.push_back(words);
            return *world_.reply;
        }

      private:
        const OneReply& world_;
    };
};

const RateLimit five{"auth:login", 5, 60s, 1800s};

}  // namespace

TEST_CASE("without Redis: five pass, the sixth is locked out, and others are not") {
    HandClock clock;
    const OneReply away;
    Cache cache(away, {}, clock);
    RateLimiter limiter(cache, clock);
    for (int i = 0; i < 5; ++i) CHECK_FALSE(limiter.check(five, "1.2.3.4"));
    CHECK(limiter.check(five, "1.2.3.4") == 1800s);
    CHECK_FALSE(limiter.check(five, "1.2.3.5"));
    CHECK_FALSE(limiter.check({"auth:refresh", 10, 60s, 600s}, "1.2.3.4"));
    clock.pass(1799s);
    CHECK(limiter.check(five, "1.2.3.4") == 1s);
    clock.pass(1s);
    for (int i = 0; i < 5; ++i) CHECK_FALSE(limiter.check(five, "1.2.3.4"));
    CHECK(limiter.check(five, "1.2.3.4"));
}

TEST_CASE("without Redis: who only looks is not counted") {
    HandClock clock;
    const OneReply away;
    Cache cache(away, {}, clock);
    RateLimiter limiter(cache, clock);
    for (int i = 0; i < 20; ++i) CHECK_FALSE(limiter.look(five, "name"));
    for (int i = 0; i < 4; ++i) limiter.check(five, "name");
    CHECK_FALSE(limiter.look(five, "name"));
    limiter.check(five, "name");
    CHECK(limiter.look(five, "name"));
}

TEST_CASE("without Redis: the window slides") {
    HandClock clock;
    const OneReply away;
    Cache cache(away, {}, clock);
    RateLimiter limiter(cache, clock);
    for (int i = 0; i < 20; ++i) {  // one each 12 s: never more than five within 60
        CHECK_FALSE(limiter.check(five, "::1"));
        clock.pass(12s);
    }
    for (int i = 0; i < 4; ++i) limiter.check(five, "::1");
    CHECK(limiter.check(five, "::1"));
}

TEST_CASE("without Redis: many addresses take no more memory than 10,000") {
    HandClock clock;
    const OneReply away;
    Cache cache(away, {}, clock);
    RateLimiter limiter(cache, clock);
    for (int i = 0; i < 6; ++i) limiter.check(five, "victim");
    for (int i = 0; i < 9'999; ++i) limiter.check(five, std::to_string(i));
    CHECK(limiter.check(five, "victim"));  // the oldest, and still known
    for (int i = 0; i < 10'000; ++i) limiter.check(five, std::to_string(i));
    CHECK_FALSE(limiter.check(five, "victim"));  // pushed out
}

TEST_CASE("with Redis: its word counts, and every try has its own name") {
    HandClock clock;
    OneReply redis;
    redis.reply = net::RedisReply{net::RedisReply::Kind::integer, {}, 0, {}};
    Cache cache(redis, {}, clock);
    RateLimiter limiter(cache, clock);
    for (int i = 0; i < 7; ++i) CHECK_FALSE(limiter.check(five, "1.2.3.4"));
    REQUIRE(redis.asked.size() == 7);
    CHECK(redis.asked[0][0] == "EVAL");
    CHECK(redis.asked[0][3] == "rate_limit:auth:login:1.2.3.4");
    CHECK(redis.asked[0][4] == "60");
    CHECK(redis.asked[0][5] == "5");
    CHECK(redis.asked[0][6] != redis.asked[1][6]);
    redis.reply->integer = 59'001;
    CHECK(limiter.check(five, "1.2.3.4") == 60s);
    redis.reply->integer = 1;
    CHECK(limiter.check(five, "1.2.3.4") == 1s);
}

TEST_CASE("two passwords at a time, a queue that ends, and a wait that ends") {
    PasswordDesk desk({1, 1, Millis(30'000)});
    std::atomic<int> done{0}, refused{0};
    std::vector<std::thread> crowd;
    for (int i = 0; i < 8; ++i)
        crowd.emplace_back([&] {
            const auto hash = desk.hash(Secret("a"));
            ++(hash ? done : refused);
            if (!hash) CHECK(hash.error().code == ErrorCode::conflict);
        });
    for (std::thread& one : crowd) one.join();
    CHECK(done >= 1);
    CHECK(refused >= 1);
    CHECK(done + refused == 8);

    PasswordDesk impatient({1, 8, Millis(1)});
    std::atomic<int> late{0};
    std::vector<std::thread> more;
    for (int i = 0; i < 3; ++i)
        more.emplace_back([&] { late += impatient.verify_nothing(Secret("a")) ? 0 : 1; });
    for (std::thread& one : more) one.join();
    CHECK(late >= 1);
    CHECK(impatient.verify_nothing(Secret("a")));  // and afterwards there is room again

    const auto hash = impatient.hash(Secret("right"));
    REQUIRE(hash);
    CHECK(impatient.verify(*hash, Secret("right")).value() == crypto::PasswordMatch::yes);
    CHECK(impatient.verify(*hash, Secret("wrong")).value() == crypto::PasswordMatch::no);
}
