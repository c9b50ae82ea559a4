// Redis comes and goes.
#include <doctest/doctest.h>

#include "logbook/backend/cache.h"

using namespace logbook;
using namespace logbook::backend;

namespace {

class TestClock final : public Clock {
  public:
    WallTime wall() const override { return {}; }
    std::chrono::steady_clock::time_point steady() const override {
        return std::chrono::steady_clock::time_point(Millis(1'000'000) + passed);
    }
    void sleep(Millis) const override {}
    Millis passed{0};
};

struct World {
    int connected = 0, open = 0, tries = 0, epoch = 0;
    bool refuse = false;
    std::vector<std::vector<std::string>> commands;
    std::optional<Error> next;  // fails the next command
    net::RedisReply reply{net::RedisReply::Kind::status, "OK", 0, {}};
};

class Session final : public net::RedisSession {
  public:
    explicit Session(World& world) : world_(world), epoch_(world.epoch) { ++world_.open; }
    ~Session() override { --world_.open; }
    Result<net::RedisReply> command(const std::vector<std::string>& words, Deadline) override {
        world_.commands.push_back(words);
        if (lost()) return fail(ErrorCode::closed, "gone");
        if (world_.next) return fail(*std::exchange(world_.next, std::nullopt));
        return world_.reply;
    }
    bool lost() const override { return epoch_ != world_.epoch; }

  private:
    World& world_;
    const int epoch_;
};

class Connector final : public net::RedisConnector {
  public:
    explicit Connector(World& world) : world_(world) {}
    Result<std::unique_ptr<net::RedisSession>> connect(const net::RedisEndpoint&, Deadline) const override {
        ++world_.tries;
        if (world_.refuse) return fail(ErrorCode::unreachable, "refused");
        ++world_.connected;
        return std::make_unique<Session>(world_);
    }

  private:
    World& world_;
};

struct Stack {
    TestClock clock;
    World world;
    Connector connector{world};
    std::vector<std::string> said;
    Cache cache{connector, {}, clock, {}, [this](std::string_view line) { said.emplace_back(line); }};
};

}  // namespace

TEST_CASE("a connection is kept, and replaced after a restart before anything is sent") {
    Stack stack;
    REQUIRE(stack.cache.command({"PING"}));
    REQUIRE(stack.cache.command({"PING"}));
    CHECK(stack.world.connected == 1);
    ++stack.world.epoch;
    REQUIRE(stack.cache.command({"INCR", "x"}));
    CHECK(stack.world.connected == 2);
    CHECK(stack.world.open == 1);
    CHECK(stack.world.commands.size() == 3);
    CHECK(stack.said.empty());
}

TEST_CASE("nobody waits for one that is away, and it is found again") {
    Stack stack;
    stack.world.refuse = true;
    CHECK(stack.cache.command({"PING"}).error().code == ErrorCode::unreachable);
    for (int i = 0; i < 5; ++i) CHECK(!stack.cache.command({"PING"}));
    CHECK(stack.world.tries == 1);
    stack.world.refuse = false;
    stack.clock.passed += Millis(999);
    CHECK(!stack.cache.command({"PING"}));
    stack.clock.passed += Millis(1);
    CHECK(stack.cache.command({"PING"}));
    CHECK(stack.world.tries == 2);
    REQUIRE(stack.said.size() == 2);
    CHECK(stack.said[1] == "Redis is back");
}

TEST_CASE("no command is sent twice") {
    Stack stack;
    stack.world.next = Error{ErrorCode::closed, "gone", {}};
    CHECK(!stack.cache.command({"INCR", "x"}));
    CHECK(stack.world.commands.size() == 1);
    CHECK(stack.world.open == 0);
    // It went just now, and may be back: no pause.
    CHECK(stack.cache.command({"PING"}));
    stack.world.next = Error{ErrorCode::timeout, "slow", {}};
    CHECK(!stack.cache.command({"PING"}));
    CHECK(stack.cache.command({"PING"}).error().code == ErrorCode::timeout);
    CHECK(stack.world.commands.size() == 3);
}

TEST_CASE("an error of the server is a failure, and its connection good") {
    Stack stack;
    stack.world.reply = {net::RedisReply::Kind::error, "OOM command not allowed", 0, {}};
    const auto reply = stack.cache.command({"SET", "a", "b"});
    REQUIRE(!reply);
    CHECK(reply.error().code == ErrorCode::protocol);
    CHECK(stack.world.open == 1);
}
