// What is known of the stored data when the database ends in the middle of being asked.
#include "logbook/restart/survey.h"

#include <doctest/doctest.h>

#include "unit/unasked_engine.h"

using namespace logbook;
using namespace std::chrono_literals;
using docker::ContainerState;

namespace {

// Takes a login, and is gone at the first question about a table.
class VanishingServer final : public net::SqlConnector {
  public:
    Result<std::unique_ptr<net::SqlSession>> connect(const net::SqlEndpoint&, Deadline) const override {
        return std::unique_ptr<net::SqlSession>(std::make_unique<Session>());
    }

  private:
    class Session final : public net::SqlSession {
      public:
        Result<net::SqlRows> query(std::string_view sql, Deadline) override {
            if (sql.find("users") != std::string_view::npos ||
                sql.find("alembic_version") != std::string_view::npos)
                return fail(ErrorCode::closed, "2013 Lost connection to server during query");
            return net::SqlRows{{"n"}, {{"1"}}};
        }
        std::string quoted(std::string_view text) const override { return "'" + std::string(text) + "'"; }
        std::string server_version() const override { return "10.11.14-MariaDB"; }
    };
};

// The state that the container has by now.
class StateEngine final : public UnaskedEngine {
  public:
    std::optional<ContainerState> state;
    Result<docker::Container> inspect(const std::string& id, Deadline) const override {
        if (!state) return fail(ErrorCode::unreachable, "no answer");
        docker::Container container;
        container.id = id;
        container.state = *state;
        return container;
    }
};

class NoRedis final : public net::RedisConnector {
    Result<std::unique_ptr<net::RedisSession>> connect(const net::RedisEndpoint&, Deadline) const override {
        return fail(ErrorCode::unsupported, "not asked here");
    }
};

class NoHttp final : public net::Transport {
    tl::expected<net::HttpReply, net::HttpFailure> send(const net::HttpRequest&, Deadline) const override {
        return tl::unexpected(net::HttpFailure{});
    }
};

restart::DataFacts read_when(std::optional<ContainerState> by_now) {
    StateEngine engine;
    engine.state = by_now;
    const VanishingServer sql;
    const NoRedis redis;
    const NoHttp http;
    const SystemClock clock;
    const redact::Redactor redactor;
    const deployment::ComposeModel rendered;
    settings::EnvFile env;
    const settings::Settings settings(env, [](std::string_view) { return std::nullopt; });
    const restart::World world{engine, sql, redis, http, clock, redactor, rendered, settings, {}, {}, {}};
    deployment::Deployment running;
    docker::Container container;
    container.id = "database";
    container.state = ContainerState::running;
    container.ports = {{"127.0.0.1", 13306, 3306, "tcp"}};
    running.members.push_back({deployment::Role::database, "mysql", container});
    return restart::read_data(world, running, {}, Deadline::in(5s));
}

}  // namespace

TEST_CASE("a database that ended while it was asked is judged after its start, as one that does not run") {
    CHECK_FALSE(read_when(ContainerState::exited).wipe.has_value());
    CHECK(read_when(ContainerState::exited).may_hold_data);
}

TEST_CASE("one that still runs, or of which that cannot be told, and cannot be read forbids the start") {
    for (const std::optional<ContainerState> state :
         {std::optional(ContainerState::running), std::optional<ContainerState>()}) {
        const auto data = read_when(state);
        REQUIRE(data.wipe.has_value());
        CHECK_FALSE(data.wipe->allows_start());
    }
}
