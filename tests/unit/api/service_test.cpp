// Routes, router and steps, called in-process.
#include "logbook/api/service.h"

#include <doctest/doctest.h>
#include <stdexcept>

#include "logbook/api/errors.h"
#include "logbook/api/steps/access_log.h"
#include "logbook/api/steps/catch_errors.h"
#include "logbook/api/steps/request_id.h"
#include "logbook/api/steps/security_headers.h"
#include "logbook/api/wire.h"

using namespace logbook;
using namespace logbook::api;

namespace {

Route route(const std::string& method, const std::string& path, std::vector<PathParam> params = {}) {
    Route r(method, path, "test", Policy::everyone());
    r.params = std::move(params);
    r.replies = {{200, "it worked"}};
    r.handle = [method, path](const Call& call) {
        Reply reply;
        reply.body = method + " " + path;
        for (const auto& [name, value] : call.params) reply.body += " " + name + "=" + value;
        return reply;
    };
    return r;
}

Request request(const std::string& method, const std::string& target) {
    Request r;
    r.method = method;
    r.target = target;
    return r;
}

std::vector<Route> table() {
    return {route("GET", "/"),
            route("GET", "/users"),
            route("POST", "/users"),
            route("GET", "/users/me"),
            route("GET", "/users/{id}", {{"id", ""}}),
            route("DELETE", "/users/{user_id}", {{"user_id", ""}}),
            route("PUT", "/users/{id}/roles/{role}", {{"id", ""}, {"role", ""}})};
}

std::string body(const Service& service, const std::string& method, const std::string& target) {
    return service.handle(request(method, target)).body;
}

int status(const Service& service, const std::string& method, const std::string& target) {
    return service.handle(request(method, target)).status;
}

}  // namespace

TEST_CASE("a route is found by method and path; exact paths win") {
    const Service service(table(), {});
    CHECK(body(service, "GET", "/") == "GET /");
    CHECK(body(service, "GET", "/users?skip=1&x=/y") == "GET /users");
    CHECK(body(service, "POST", "/users") == "POST /users");
    CHECK(body(service, "GET", "/users/me") == "GET /users/me");
    CHECK(body(service, "GET", "/users/7") == "GET /users/{id} id=7");
    CHECK(body(service, "DELETE", "/users/7") == "DELETE /users/{user_id} user_id=7");
    CHECK(body(service, "PUT", "/users/a/roles/b") == "PUT /users/{id}/roles/{role} id=a role=b");
}

TEST_CASE("segments are decoded apart: an encoded slash makes no second segment") {
    const Service service(table(), {});
    CHECK(body(service, "GET", "/users/a%2Fb%20c") == "GET /users/{id} id=a/b c");
    CHECK(body(service, "GET", "/users/%e2%9c%94") == "GET /users/{id} id=✔");
    CHECK(body(service, "GET", "/user%73/7") == "GET /users/{id} id=7");
    for (const char* bad : {"/users/%", "/users/%2", "/users/%zz", "/users/%00", "/users/%0a", "/users/%ff",
                            "*", "", "users", "?x"}) {
        CAPTURE(bad);
        CHECK(status(service, "GET", bad) == 400);
    }
}

TEST_CASE("what is not there is 404, what is there otherwise is 405 with Allow") {
    const Service service(table(), {});
    for (const char* none : {"/none", "/users/", "//users", "/users//", "/users/1/roles", "/Users",
                             "/users/./me", "/users/../users/me/x"}) {
        CAPTURE(none);
        const Reply reply = service.handle(request("GET", none));
        CHECK(reply.status == 404);
        CHECK(reply.body == R"({"detail":"Not Found","code":"LB-API-404"})");
    }
    const Reply reply = service.handle(request("PATCH", "/users"));
    CHECK(reply.status == 405);
    CHECK(reply.headers.get("allow") == "GET, HEAD, POST");
    CHECK(reply.body == R"({"detail":"Method Not Allowed","code":"LB-API-405"})");
    CHECK(service.handle(request("POST", "/users/7")).headers.get("Allow") == "DELETE, GET, HEAD");
    CHECK(status(service, "get", "/users") == 405);
}

TEST_CASE("HEAD is GET without its body") {
    const Service service(table(), {});
    const Reply reply = service.handle(request("HEAD", "/users"));
    CHECK(reply.status == 200);
    CHECK(reply.body.empty());
    CHECK(reply.length_of_absent_body == std::string("GET /users").size());
    CHECK(status(service, "HEAD", "/users/me/none/none") == 404);
}

TEST_CASE("a table that is wrong is a bug, and says so") {
    const auto bad = [](Route r) { CHECK_THROWS_AS(Router({std::move(r)}), std::invalid_argument); };
    bad(route("GET", "/a/"));
    bad(route("GET", "a"));
    bad(route("GET", "/{id}"));
    bad(route("GET", "/a", {{"id", ""}}));
    bad(route("GET", "/a{b}"));
    bad(route("GET", "/{}"));
    Route without = route("GET", "/a");
    without.handle = nullptr;
    bad(without);
    without = route("GET", "/a");
    without.replies.clear();
    bad(without);
    CHECK_THROWS_AS(Router({route("GET", "/a"), route("GET", "/a")}), std::invalid_argument);
    CHECK_THROWS_AS(Router({route("GET", "/{a}", {{"a", ""}}), route("GET", "/{b}", {{"b", ""}})}),
                    std::invalid_argument);
}

TEST_CASE("only a cheap route, or none, may be answered at once") {
    std::vector<Route> routes = table();
    routes[0].cost = Cost::cheap;
    const Service service(std::move(routes), {});
    CHECK(service.cost_of(request("GET", "/")) == Cost::cheap);
    CHECK(service.cost_of(request("GET", "/none")) == Cost::cheap);
    CHECK(service.cost_of(request("GET", "/users")) == Cost::blocking);
}

TEST_CASE("no header can carry a line of its own") {
    Headers headers;
    for (const char* value : {"a\r\nSet-Cookie: x", "a\nb", "a\rb", "\x01", "\x7f"})
        CHECK_THROWS_AS(headers.add("X-A", value), std::invalid_argument);
    CHECK_THROWS_AS(headers.add("X-A", std::string_view("a\0b", 3)), std::invalid_argument);
    for (const char* name : {"", "a b", "a:", "a\r\n", "é"})
        CHECK_THROWS_AS(headers.add(name, "x"), std::invalid_argument);
    CHECK(headers.empty());
    headers.add("X-A", "tab\tand é");
    headers.add("x-a", "second");
    CHECK(headers.get("X-a") == "tab\tand é");
    headers.set("X-A", "only");
    CHECK(headers.fields().size() == 1);
}

TEST_CASE("the wire form frames by itself") {
    Reply reply = json_reply(200, Json::object({{"a", 1}}));
    reply.headers.add("Content-Length", "999");
    reply.headers.add("Transfer-Encoding", "chunked");
    reply.headers.add("Connection", "upgrade");
    CHECK(to_wire(reply, true) ==
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
          "Content-Length: 7\r\n\r\n{\"a\":1}");
    CHECK(to_wire(reply, false).find("Connection: close\r\n") != std::string::npos);
    CHECK(to_wire(reply, true, 0).find("Connection: keep-alive\r\n") != std::string::npos);
    reply = Reply();
    reply.status = 204;
    reply.body = "must not be sent";
    CHECK(to_wire(reply, true) == "HTTP/1.1 204 No Content\r\n\r\n");
    reply.status = 200;
    reply.body.clear();
    reply.length_of_absent_body = 12;
    CHECK(to_wire(reply, true) == "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n");
}

namespace {

class FixedClock final : public Clock {
  public:
    WallTime wall() const override { return {}; }
    std::chrono::steady_clock::time_point steady() const override { return now += Millis(35); }
    void sleep(Millis) const override {}
    mutable std::chrono::steady_clock::time_point now{};
};

struct World {
    FixedClock clock;
    std::vector<AccessRecord> records;
    std::vector<std::string> causes;
    Service service{
        [] {
            std::vector<Route> routes = table();
            Route broken = route("GET", "/broken");
            broken.handle = [](const Call&) -> Reply {
                throw std::runtime_error("secret detail\nsecond line");
            };
            routes.push_back(broken);
            broken.path = "/injects";
            broken.handle = [](const Call& call) {
                Reply reply;
                reply.headers.set("X-Echo",
                                  std::string(*call.request.headers.get("X-In")) + "\r\nSet-Cookie: a=b");
                return reply;
            };
            routes.push_back(broken);
            return routes;
        }(),
        {catch_errors([this](const Call& call, const std::string& cause) {
             causes.push_back(call.request_id + " " + cause);
         }),
         request_id(),
         access_log(clock, [this](const AccessRecord& r) { records.push_back(r); }, {"/users/me"}),
         security_headers()}};
};

}  // namespace

TEST_CASE("an exception becomes a 500 that tells nothing, with its id; the log gets the cause") {
    World world;
    for (const char* target : {"/broken", "/injects"}) {
        Request asked = request("GET", target);
        asked.headers.add("X-Request-ID", "drill-7");
        asked.headers.add("X-In", "x");
        const Reply reply = world.service.handle(asked);
        CHECK(reply.status == 500);
        CHECK(reply.body == R"({"detail":"Internal server error","code":"LB-SYS-001"})");
        CHECK(reply.headers.get("X-Request-ID") == "drill-7");
        CHECK(reply.headers.get("X-Frame-Options") == "DENY");
        CHECK_FALSE(reply.headers.get("X-Echo"));
        CHECK_FALSE(reply.headers.get("Set-Cookie"));
    }
    REQUIRE(world.causes.size() == 2);
    CHECK(world.causes[0] == "drill-7 secret detail second line");
    REQUIRE(world.records.size() == 2);
    CHECK(world.records[0].status == 500);
}

TEST_CASE("every reply has an id: the sane one that was sent, else a new one") {
    World world;
    const auto id_for = [&](const std::string& sent) {
        Request asked = request("GET", "/none");
        if (!sent.empty()) asked.headers.add("X-Request-ID", sent);
        return std::string(world.service.handle(asked).headers.get("X-Request-ID").value_or("none"));
    };
    CHECK(id_for("abc-DEF_1.2") == "abc-DEF_1.2");
    CHECK(id_for(std::string(64, 'a')) == std::string(64, 'a'));
    std::string last;
    for (const std::string& sent : {std::string(), std::string(65, 'a'), std::string("a b"),
                                    std::string("<x>"), std::string("é"), std::string("a/b")}) {
        const std::string id = id_for(sent);
        CHECK(id.size() == 16);
        CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
        CHECK(id != last);
        last = id;
    }
}

TEST_CASE("the access record has no query and no control byte; quiet paths leave none") {
    World world;
    Request asked = request("GET", "/users?token=canary");
    asked.peer = "192.0.2.7";
    world.service.handle(asked);
    world.service.handle(request("GET", "/users/me"));
    world.service.handle(request("G\x1b", "/no\x1bne\n"));
    REQUIRE(world.records.size() == 2);
    const AccessRecord& first = world.records[0];
    CHECK(first.path == "/users");
    CHECK(first.method == "GET");
    CHECK(first.status == 200);
    CHECK(first.took == Millis(35));
    CHECK(first.peer == "192.0.2.7");
    CHECK(first.request_id.size() == 16);
    CHECK(world.records[1].path.find('\x1b') == std::string::npos);
    CHECK(world.records[1].method.find('\x1b') == std::string::npos);
}

TEST_CASE("error bodies") {
    CHECK(error_reply(422, Json::array({"x"})).body == R"({"detail":["x"],"code":"LB-API-422"})");
    CHECK(error_reply(401, "No", "LB-AUTH-001").body == R"({"detail":"No","code":"LB-AUTH-001"})");
}
