// The health endpoints and the check that many share.
#include <atomic>
#include <doctest/doctest.h>
#include <thread>

#include "logbook/api/service.h"
#include "logbook/backend/endpoints.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/shared_check.h"
#include "logbook/base/text.h"

using namespace logbook;
using namespace logbook::backend;
using namespace std::chrono_literals;

namespace {

const SystemClock system_clock_;

// What the health endpoints do not touch; it connects to nothing.
struct Rest {
    std::unique_ptr<net::SqlConnector> sql = net::make_mysql_connector();
    std::unique_ptr<net::RedisConnector> redis = net::make_redis_connector();
    Rules rules;
    Database database{*sql, {}, system_clock_, {}};
    Cache cache{*redis, {}, system_clock_};
    RateLimiter limiter{cache, system_clock_};
    PasswordDesk passwords;
};

std::vector<api::Route> health_routes(Rest& rest, Readiness readiness) {
    const Backend backend{system_clock_, std::move(readiness), rest.rules, rest.database,
                          rest.limiter,  rest.passwords,       /*warn*/ {}};
    return {health_route(backend), health_db_route(backend), health_redis_route(backend)};
}

// Tells what a test has it tell.
class Told final : public ComponentCheck {
  public:
    explicit Told(const ComponentHealth& health) : health_(health) {}
    ComponentHealth ask(Deadline) override { return health_; }

  private:
    const ComponentHealth& health_;
};

struct World {
    ComponentHealth database{true, Millis(2), {}}, cache{true, Millis(1), {}};
    Rest rest;
    api::Service service{
        health_routes(rest, {std::make_shared<Told>(database), std::make_shared<Told>(cache)}), {}};

    // Also holds every answer against what its route promises.
    std::pair<int, Json> get(const std::string& path) const {
        api::Request request;
        request.target = path;
        const api::Reply reply = service.handle(request);
        for (const api::Route& route : service.routes()) {
            if (route.path != path) continue;
            bool promised = false;
            for (const api::ReplyNote& note : route.replies)
                promised = promised || note.status == reply.status;
            CHECK(promised);
        }
        return {reply.status, parse_json(reply.body).value()};
    }
};

const ComponentHealth away{false, Millis(1900), "no answer in time"};

}  // namespace

TEST_CASE("the verdict follows from the components") {
    World world;
    CHECK(world.get("/health").first == 200);
    CHECK(world.get("/health").second.text("status") == "healthy");
    CHECK(parse_iso8601(world.get("/health").second.text("timestamp")).has_value());
    world.cache = away;
    auto [status, body] = world.get("/health");
    CHECK(status == 200);
    CHECK(body.text("status") == "degraded");
    CHECK(body.find("checks")->find("redis")->text("error") == "no answer in time");
    CHECK(body.find("checks")->find("database")->find("error") == nullptr);
    CHECK(world.get("/health/redis").first == 503);
    CHECK(world.get("/health/db").first == 200);
    world.database = away;
    CHECK(world.get("/health").first == 503);
    CHECK(world.get("/health").second.text("status") == "unhealthy");
    world.cache = {true, Millis(1), {}};
    CHECK(world.get("/health").first == 503);
    CHECK(*world.get("/health/db").second.find("latency_ms")->as_int() == 1900);
    CHECK(world.get("/health/db").second.text("error") == "no answer in time");
    CHECK(world.get("/health/redis").second.text("status") == "healthy");
}

TEST_CASE("the two components are asked at the same time") {
    std::atomic<int> inside{0}, together{0};
    const auto check = [&] {
        if (++inside == 2) ++together;
        for (int i = 0; i < 400 && together == 0; ++i) std::this_thread::sleep_for(5ms);
        --inside;
        return ComponentHealth{true, Millis(0), {}};
    };
    Rest rest;
    const api::Service service(health_routes(rest, {std::make_shared<SharedCheck>(check, 1s),
                                                    std::make_shared<SharedCheck>(check, 1s)}),
                               {});
    api::Request request;
    request.target = "/health";
    service.handle(request);
    CHECK(together == 1);
}

TEST_CASE("however many ask, one check runs") {
    std::atomic<int> runs{0}, inside{0}, most{0};
    SharedCheck check(
        [&] {
            ++runs;
            most = std::max(most.load(), ++inside);
            std::this_thread::sleep_for(50ms);
            --inside;
            return ComponentHealth{true, Millis(50), {}};
        },
        10s);
    std::vector<std::thread> threads;
    std::atomic<int> ready{0};
    for (int i = 0; i < 16; ++i)
        threads.emplace_back([&] { ready += check.ask(Deadline::in(10s)).ready ? 1 : 0; });
    for (std::thread& thread : threads) thread.join();
    CHECK(ready == 16);
    CHECK(runs == 1);
    CHECK(most == 1);
}

TEST_CASE("an answer is reused for its time, and no longer") {
    std::atomic<int> runs{0};
    SharedCheck check([&] { return ComponentHealth{++runs == 1, Millis(0), {}}; }, 100ms);
    CHECK(check.ask(Deadline::in(10s)).ready);
    std::this_thread::sleep_for(150ms);
    CHECK_FALSE(check.ask(Deadline::in(10s)).ready);
    CHECK(runs == 2);
}

TEST_CASE("while many ask, an answer is always at hand, and never too old") {
    std::atomic<int> runs{0};
    SharedCheck check([&] { return ComponentHealth{++runs > 0, Millis(0), {}}; }, 100ms);
    CHECK_FALSE(check.at_hand(100ms));
    check.ask(Deadline::in(10s));
    const auto end = std::chrono::steady_clock::now() + 600ms;
    int missed = 0;
    while (std::chrono::steady_clock::now() < end) {
        missed += check.at_hand(10s) ? 0 : 1;
        std::this_thread::sleep_for(2ms);
    }
    CHECK(missed == 0);
    CHECK(runs > 2);
    std::this_thread::sleep_for(150ms);
    CHECK_FALSE(check.at_hand(100ms));
}

TEST_CASE("a check that hangs costs a caller its budget, and its late answer is not lost") {
    std::atomic<bool> let_go{false};
    SharedCheck check(
        [&] {
            while (!let_go) std::this_thread::sleep_for(5ms);
            return ComponentHealth{true, Millis(0), {}};
        },
        100ms);
    const auto begun = std::chrono::steady_clock::now();
    const ComponentHealth health = check.ask(Deadline::in(200ms));
    CHECK_FALSE(health.ready);
    CHECK(health.error == "no answer in time");
    CHECK(std::chrono::steady_clock::now() - begun < 5s);
    let_go = true;
    CHECK(check.ask(Deadline::in(10s)).ready);
}

TEST_CASE("public words hold nothing of the server's own") {
    const Error refused{ErrorCode::auth, "1045 Access denied for user 'u'@'h' (using password: YES)", {}};
    CHECK(safe_words(refused) == "the credentials are refused (1045)");
    CHECK(safe_words({ErrorCode::unreachable, "the database at h:1 does not accept connections", {}}) ==
          "no connection");
    for (int code = 0; code <= int(ErrorCode::interrupted); ++code)
        CHECK_FALSE(contains(safe_words({ErrorCode(code), "canary", "canary"}), "canary"));
}

TEST_CASE("endpoints come from the settings, and unsafe ones are refused") {
    const auto with = [](const std::string& text) { return settings::Settings(settings::parse_env(text)); };
    const auto plain =
        database_endpoint(with("DB_HOST=h\nDB_PORT=3307\nDB_USER=u\nDB_PASSWORD=p\nDB_NAME=n\n"));
    REQUIRE(plain.has_value());
    CHECK(plain->host == "h");
    CHECK(plain->port == 3307);
    CHECK(plain->user == "u");
    CHECK(plain->password.reveal() == "p");
    CHECK(plain->database == "n");
    CHECK(plain->tls == net::SqlTls::plain);
    CHECK(database_endpoint(with("DB_SSL=true\nDB_SSL_CA=/ca.pem\n")).value().tls == net::SqlTls::ca);
    CHECK(database_endpoint(with("DB_SSL=true\n")).error().code == ErrorCode::unsupported);
    for (const char* bad : {"DB_PORT=0\n", "DB_PORT=65536\n", "DB_PORT=x\n", "DB_SSL=perhaps\n"})
        CHECK(database_endpoint(with(bad)).error().code == ErrorCode::invalid);
    CHECK(cache_endpoint(with("REDIS_HOST=r\nREDIS_PORT=6380\nREDIS_PASSWORD=p\n")).value().port == 6380);
    CHECK(cache_endpoint(with("REDIS_SSL=true\n")).error().code == ErrorCode::unsupported);
    CHECK(cache_endpoint(with("REDIS_PORT=-1\n")).error().code == ErrorCode::invalid);
}
