// Deadlines, caps, the worker pool and the end of a server, with small figures.
#include "logbook/server/server.h"

#include <atomic>
#include <doctest/doctest.h>

#include "logbook/api/errors.h"
#include "logbook/base/text.h"
#include "unit/server/loopback.h"

using namespace logbook;
using namespace logbook::server;
using namespace std::chrono_literals;

namespace {

const std::string request = "GET /cheap HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string slow_request = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";

// /cheap answers at once; /slow waits until it is let go; /vital has its own workers; /big sends more than
// sockets hold.
struct World {
    std::atomic<bool> let_go{false};
    std::atomic<int> working{0};
    api::Service service{routes(), {}};

    std::vector<api::Route> routes() {
        api::Route cheap("GET", "/cheap", "test", api::Policy::everyone());
        cheap.replies = {{200, "always"}};
        cheap.cost = api::Cost::cheap;
        cheap.handle = [](const api::Call& call) { return api::json_reply(200, call.request.peer); };
        api::Route slow = cheap, big = cheap, post = cheap, broken = cheap, vital = cheap;
        vital.path = "/vital";
        vital.cost = api::Cost::vital;
        slow.path = "/slow";
        slow.cost = api::Cost::blocking;
        slow.handle = [this](const api::Call&) {
            ++working;
            for (int i = 0; i < 2000 && !let_go; ++i) std::this_thread::sleep_for(5ms);
            --working;
            return api::json_reply(200, "done");
        };
        big.path = "/big";
        big.handle = [](const api::Call&) {
            api::Reply reply;
            reply.body.assign(64 << 20, 'x');
            return reply;
        };
        post.method = "POST";
        broken.path = "/broken";
        broken.cost = api::Cost::blocking;
        broken.handle = [](const api::Call&) -> api::Reply { throw std::runtime_error("bug"); };
        return {cheap, slow, big, post, broken, vital};
    }
    void wait_for_workers(int count) const {
        for (int i = 0; i < 1000 && working < count; ++i) std::this_thread::sleep_for(5ms);
        REQUIRE(working == count);
    }
};

Millis since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun);
}

// Sends one byte at a time, often enough for any idle timer, until the server has had enough.
std::string drip(test::RawClient& client, const std::string& start, Millis pause, Millis& took) {
    const auto begun = std::chrono::steady_clock::now();
    client.send(start);
    std::string got;
    for (int i = 0; i < 200 && got.empty() && !client.closed(); ++i) {
        client.send("a");
        got = client.read_until([](const std::string& b) { return !b.empty(); }, pause);
    }
    took = since(begun);
    return client.read_all(5s);
}

}  // namespace

TEST_CASE("a head that drips is cut off by its total time, whatever comes meanwhile") {
    World world;
    ServerOptions options;
    options.deadlines.head = 400ms;
    options.deadlines.idle = 20s;
    test::Loopback loopback(world.service, options);
    for (const char* start : {"GET /cheap HTTP/1.1\r\nHost: x\r\nA: ", "GET /"}) {
        test::RawClient client(loopback.port());
        Millis took{0};
        const std::string reply = drip(client, start, 50ms, took);
        CHECK(test::statuses(reply) == "408");
        CHECK(client.closed());
        CHECK(took >= 350ms);
        CHECK(took < 5s);
    }
    // The same on a connection that has served a request before.
    test::RawClient client(loopback.port());
    client.send(request);
    CHECK(contains(client.read_reply(), "200 OK"));
    Millis took{0};
    CHECK(test::statuses(drip(client, "GET /", 50ms, took)) == "408");
    CHECK(took >= 350ms);
    // A client that never speaks is let go without a word.
    test::RawClient silent(loopback.port());
    CHECK(silent.read_all(5s).empty());
    CHECK(silent.closed());
}

TEST_CASE("a body that drips is cut off too") {
    World world;
    ServerOptions options;
    options.deadlines.body = 400ms;
    test::Loopback loopback(world.service, options);
    test::RawClient client(loopback.port());
    Millis took{0};
    const std::string head = "POST /cheap HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";
    CHECK(test::statuses(drip(client, head, 50ms, took)) == "408");
    CHECK(took >= 350ms);
}

TEST_CASE("an idle connection ends; one in use stays") {
    World world;
    ServerOptions options;
    options.deadlines.idle = 400ms;
    test::Loopback loopback(world.service, options);
    test::RawClient client(loopback.port());
    for (int i = 0; i < 4; ++i) {
        client.send(request);
        CHECK(contains(client.read_reply(), "200 OK"));
        std::this_thread::sleep_for(200ms);
    }
    const auto begun = std::chrono::steady_clock::now();
    CHECK(client.read_all(5s).empty());
    CHECK(client.closed());
    CHECK(since(begun) < 4s);
}

TEST_CASE("a client that does not read its reply is let go") {
    World world;
    ServerOptions options;
    options.deadlines.write = 400ms;
    options.caps.connections = 1;
    test::Loopback loopback(world.service, options);
    test::RawClient deaf(loopback.port());
    deaf.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    // Its place comes free again.
    for (int i = 0; i < 100; ++i) {
        test::RawClient next(loopback.port());
        next.send(request);
        if (contains(next.read_reply(1s), "200 OK")) return;
        std::this_thread::sleep_for(50ms);
    }
    FAIL("the deaf client held its place");
}

TEST_CASE("connections are capped for each address and in all, and a place comes free") {
    World world;
    for (const bool total : {false, true}) {
        ServerOptions options;
        (total ? options.caps.connections : options.caps.connections_per_address) = 3;
        test::Loopback loopback(world.service, options);
        {
            std::vector<std::unique_ptr<test::RawClient>> held;
            for (int i = 0; i < 3; ++i) {
                held.push_back(std::make_unique<test::RawClient>(loopback.port()));
                held.back()->send(request);
                CHECK(contains(held.back()->read_reply(), "200 OK"));
            }
            test::RawClient fourth(loopback.port());
            const std::string refusal = fourth.read_all(5s);
            CHECK(test::statuses(refusal) == "503");
            CHECK(contains(refusal, "Retry-After: 1"));
            held[0]->send(request);
            CHECK(contains(held[0]->read_reply(), "200 OK"));
        }
        bool free = false;
        for (int i = 0; i < 100 && !free; ++i) {
            test::RawClient next(loopback.port());
            next.send(request);
            free = contains(next.read_reply(1s), "200 OK");
            if (!free) std::this_thread::sleep_for(20ms);
        }
        CHECK(free);
    }
}

TEST_CASE("busy workers and a full queue: 503 at once, cheap and vital routes as ever") {
    World world;
    ServerOptions options;
    options.caps.workers = 2;
    options.caps.queue = 1;
    test::Loopback loopback(world.service, options);
    std::vector<std::unique_ptr<test::RawClient>> waiting;
    const auto ask = [&] {
        waiting.push_back(std::make_unique<test::RawClient>(loopback.port()));
        waiting.back()->send(slow_request);
    };
    ask();
    ask();
    world.wait_for_workers(2);
    ask();  // queued
    test::RawClient probe(loopback.port());
    std::string refused;
    // The queued one may need a moment to arrive.
    for (int i = 0; i < 100 && refused.empty(); ++i) {
        test::RawClient extra(loopback.port());
        extra.send(slow_request);
        refused = extra.read_reply(200ms);
        if (refused.empty()) std::this_thread::sleep_for(10ms);
    }
    CHECK(contains(refused, "HTTP/1.1 503 "));
    CHECK(contains(refused, "Retry-After: 1"));
    CHECK_FALSE(contains(refused, "Connection: close"));
    probe.send(request);
    CHECK(contains(probe.read_reply(2s), "200 OK"));
    probe.send("GET /vital HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(contains(probe.read_reply(2s), "200 OK"));
    world.let_go = true;
    for (const auto& client : waiting) CHECK(contains(client->read_reply(), "200 OK"));
}

TEST_CASE("a stop lets requests in flight finish, closes idle connections, and refuses new ones") {
    World world;
    test::Loopback loopback(world.service, {});
    test::RawClient idle(loopback.port()), busy(loopback.port());
    idle.send(request);
    CHECK(contains(idle.read_reply(), "200 OK"));
    busy.send(slow_request);
    world.wait_for_workers(1);
    loopback.server().stop();
    loopback.server().stop();
    CHECK(idle.read_all(5s).empty());
    CHECK(idle.closed());
    CHECK_FALSE(test::RawClient(loopback.port()).connected());
    world.let_go = true;
    const std::string reply = busy.read_all(5s);
    CHECK(test::statuses(reply) == "200");
    CHECK(contains(reply, "Connection: close"));
    loopback.end();
}

TEST_CASE("a stop does not wait beyond its deadline for a client") {
    World world;
    ServerOptions options;
    options.deadlines.stop = 300ms;
    options.deadlines.body = 60s;
    test::Loopback loopback(world.service, options);
    test::RawClient client(loopback.port());
    client.send("POST /cheap HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n");
    CHECK(contains(client.read_reply(), "HTTP/1.1 100 Continue"));
    const auto begun = std::chrono::steady_clock::now();
    loopback.end();
    CHECK(since(begun) >= 250ms);
    CHECK(since(begun) < 10s);
}

TEST_CASE("a handler that throws costs its own request only") {
    World world;
    test::Loopback loopback(world.service, {});
    test::RawClient client(loopback.port());
    client.send("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string reply = client.read_reply();
    CHECK(contains(reply, "HTTP/1.1 500 "));
    CHECK(contains(reply, "LB-SYS-001"));
    CHECK_FALSE(contains(reply, "bug"));
    client.send(request);
    CHECK(contains(client.read_reply(), "\"127.0.0.1\""));
}

TEST_CASE("a refused request's reply arrives though bytes were on their way") {
    World world;
    test::Loopback loopback(world.service, {});
    for (int i = 0; i < 20; ++i) {
        test::RawClient client(loopback.port());
        client.send("POST /cheap HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n" +
                    std::string(1'500'000, 'a'));
        client.no_more();
        CHECK(test::statuses(client.read_all(5s)) == "413");
    }
}

TEST_CASE("what cannot be listened on says why") {
    World world;
    const SystemClock clock;
    ServerOptions options;
    options.address = "localhost";
    CHECK(Server::listen(world.service, clock, options).error().code == ErrorCode::invalid);
    options.address = "192.0.2.1";  // nobody's
    CHECK_FALSE(Server::listen(world.service, clock, options).has_value());
    test::Loopback loopback(world.service, {});
    options.address = "127.0.0.1";
    options.port = loopback.port();
    CHECK(Server::listen(world.service, clock, options).error().code == ErrorCode::conflict);
}

TEST_CASE("IPv6 loopback, where the machine has it") {
    World world;
    const SystemClock clock;
    ServerOptions options;
    options.address = "::1";
    const auto server = Server::listen(world.service, clock, options);
    if (server)
        CHECK((*server)->port() != 0);
    else
        CHECK(server.error().code != ErrorCode::invalid);
}
