// The steps around a route: who is let in, what is read, and which other pages may ask.
#include <doctest/doctest.h>
#include <type_traits>

#include "logbook/api/service.h"
#include "logbook/api/steps/authorize.h"
#include "logbook/api/steps/cors.h"
#include "logbook/api/steps/csrf.h"
#include "logbook/api/steps/read_input.h"
#include "logbook/api/steps/trusted_hosts.h"

using namespace logbook;
using namespace logbook::api;

static_assert(!std::is_default_constructible_v<Route>, "a route without a policy must not compile");
static_assert(!std::is_default_constructible_v<Policy>, "there is no policy by default");

namespace {

constexpr const char* chief = "31f30f85-8acd-4702-8798-c5de5b2438c1";
constexpr const char* other = "bfcebea2-a280-4785-a929-1faa6c78bad9";

Route route(const std::string& method, const std::string& path, Policy policy) {
    Route r(method, path, "test", std::move(policy));
    r.replies = {{200, "it worked"}};
    r.handle = [](const Call& call) {
        return json_reply(200, Json::object({{"who", call.principal ? call.principal->username : "nobody"},
                                             {"query", call.query},
                                             {"body", call.body}}));
    };
    return r;
}

Request request(const std::string& method, const std::string& target,
                std::initializer_list<std::pair<const char*, const char*>> headers = {},
                std::string body = {}) {
    Request r;
    r.method = method;
    r.target = target;
    for (const auto& [name, value] : headers) r.headers.add(name, value);
    r.body = std::move(body);
    return r;
}

// Whoever names himself in a header is believed.
tl::expected<Principal, Reply> believe(const Call& call) {
    const auto name = call.request.headers.get("X-Who");
    if (!name) {
        Reply reply;
        reply.status = 401;
        return tl::unexpected(reply);
    }
    Principal principal;
    principal.user = chief;
    principal.username = *name;
    if (*name == "viewer") principal.permissions.add("users.view");
    if (*name == "manager") principal.permissions.add("users.*");
    if (*name == "root") principal.permissions.add("*");
    principal.must_change_password = *name == "new";
    principal.must_enroll_mfa = *name == "unenrolled";
    return principal;
}

int status(const Service& service, const Request& asked) {
    return service.handle(asked).status;
}

}  // namespace

TEST_CASE("permissions match exactly, by their first segment, or all") {
    const Permissions some({"users.view", "inventory.*"});
    CHECK(some.has("users.view"));
    CHECK_FALSE(some.has("users.edit"));
    CHECK_FALSE(some.has("users"));
    CHECK_FALSE(some.has("users.view.more"));
    CHECK(some.has("inventory.manage"));
    CHECK(some.has("inventory.a.b"));
    CHECK_FALSE(some.has("inventoryx.manage"));
    CHECK_FALSE(some.has(""));
    CHECK_FALSE(Permissions().has("users.view"));
    CHECK(Permissions({"*"}).has("anything.at.all"));
    CHECK(some.covers({"users.view", "inventory.view"}));
    CHECK_FALSE(some.covers({"users.view", "*"}));
    CHECK(some.covers({}));
}

TEST_CASE("nobody passes a policy that does not let him in") {
    const std::string path = "/users/{user_id}";
    Route self = route("PATCH", path, Policy::self_or("user_id", {"users.edit"}));
    self.params = {{"user_id", ""}};
    const Service service({route("GET", "/open", Policy::everyone()),
                           route("GET", "/in", Policy::signed_in()),
                           route("GET", "/view", Policy::any_of({"users.view", "members.view"})), self,
                           route("GET", "/me", Policy::signed_in().while_forced())},
                          {authorize(believe)});
    const auto as = [&](const char* who, const std::string& target, const char* method = "GET") {
        return status(service, request(method, target, {{"X-Who", who}}));
    };
    CHECK(status(service, request("GET", "/open")) == 200);
    CHECK(status(service, request("GET", "/in")) == 401);
    CHECK(status(service, request("GET", "/view")) == 401);
    CHECK(as("somebody", "/in") == 200);
    CHECK(as("somebody", "/view") == 403);
    CHECK(as("viewer", "/view") == 200);
    CHECK(as("manager", "/view") == 200);
    CHECK(as("root", "/view") == 200);
    CHECK(as("somebody", std::string("/users/") + chief, "PATCH") == 200);
    CHECK(as("somebody", std::string("/users/") + other, "PATCH") == 403);
    CHECK(as("manager", std::string("/users/") + other, "PATCH") == 200);
    CHECK(status(service, request("GET", "/none")) == 404);
}

TEST_CASE("what is due comes first") {
    const Service service(
        {route("GET", "/in", Policy::signed_in()), route("GET", "/me", Policy::signed_in().while_forced())},
        {authorize(believe)});
    const Reply password = service.handle(request("GET", "/in", {{"X-Who", "new"}}));
    CHECK(password.status == 403);
    CHECK(password.headers.get("X-Password-Change-Required") == "true");
    CHECK(password.body.find("LB-AUTH-004") != std::string::npos);
    const Reply mfa = service.handle(request("GET", "/in", {{"X-Who", "unenrolled"}}));
    CHECK(mfa.headers.get("X-MFA-Enrollment-Required") == "true");
    CHECK(mfa.body.find("LB-AUTH-005") != std::string::npos);
    CHECK(status(service, request("GET", "/me", {{"X-Who", "new"}})) == 200);
}

TEST_CASE("a cookie needs its twin in a header") {
    const Service service({route("POST", "/in", Policy::signed_in()),
                           route("POST", "/login", Policy::everyone()),
                           route("GET", "/in", Policy::signed_in())},
                          {csrf()});
    const auto post = [&](const char* cookies, const char* token, const char* path = "/in") {
        Request r = request("POST", path);
        if (cookies) r.headers.add("Cookie", cookies);
        if (token) r.headers.add("X-CSRF-Token", token);
        return service.handle(r);
    };
    CHECK(post("csrf_token=abc; access_token=t", "abc").status == 200);
    CHECK(post("csrf_token=abc; access_token=t", nullptr).body.find("LB-AUTH-009") != std::string::npos);
    CHECK(post("csrf_token=abc; access_token=t", "abd").status == 403);
    CHECK(post("csrf_token=; access_token=t", "").status == 403);
    CHECK(post("csrf_token=abc; csrf_token=abd", "abd").status == 403);
    CHECK(post("csrf_token=abc; csrf_token=abc", "abc").status == 403);
    CHECK(post("access_token=t", nullptr).body.find("LB-AUTH-008") != std::string::npos);
    CHECK(post("csrf_token=abc", nullptr, "/login").status == 403);
    CHECK(post(nullptr, nullptr, "/login").status == 200);
    CHECK(post(nullptr, nullptr).status == 200);  // by bearer token: no browser sends one unasked
    CHECK(status(service, request("GET", "/in", {{"Cookie", "csrf_token=abc; access_token=t"}})) == 200);
}

TEST_CASE("other origins") {
    const Service service({route("GET", "/in", Policy::everyone())}, {cors({"https://a.example", "*"})});
    const Reply ours = service.handle(request("GET", "/in", {{"Origin", "https://a.example"}}));
    CHECK(ours.headers.get("Access-Control-Allow-Origin") == "https://a.example");
    CHECK(ours.headers.get("Access-Control-Allow-Credentials") == "true");
    CHECK(ours.headers.get("Vary") == "Origin");
    for (const char* origin :
         {"https://b.example", "https://a.example.evil", "http://a.example", "null", "*"})
        CHECK_FALSE(service.handle(request("GET", "/in", {{"Origin", origin}}))
                        .headers.get("Access-Control-Allow-Origin"));
    const auto preflight = [&](const char* origin) {
        return service.handle(
            request("OPTIONS", "/in", {{"Origin", origin}, {"Access-Control-Request-Method", "GET"}}));
    };
    CHECK(preflight("https://a.example").status == 200);
    CHECK(preflight("https://b.example").status == 400);
    CHECK(status(service, request("OPTIONS", "/in")) == 405);
}

TEST_CASE("hosts") {
    const Service service({route("GET", "/in", Policy::everyone())},
                          {trusted_hosts({"logbook.example.org", "*.fire.example", "localhost", "[::1]"})});
    for (const char* host :
         {"logbook.example.org", "LOGBOOK.example.org:443", "a.fire.example", "localhost:3001", "[::1]:3001"})
        CHECK_MESSAGE(status(service, request("GET", "/in", {{"Host", host}})) == 200, host);
    for (const char* host :
         {"", "evil.example", "fire.example", "logbook.example.org.evil", "xfire.example", "[::1"})
        CHECK_MESSAGE(status(service, request("GET", "/in", {{"Host", host}})) == 400, host);
    CHECK(service.handle(request("GET", "/in")).body == "Invalid host header");
}

TEST_CASE("input is read and refused in the application's words") {
    Route item = route("POST", "/items/{item_id}", Policy::everyone());
    item.params = {{"item_id", ""}};
    item.query = {{"limit", "", integer_schema(1, 500)}, {"hard", "", boolean_schema()}};
    item.body = object_schema("Item", {{"name", text_schema(1, 5), true}});
    const Service service({item}, {read_input()});
    const auto ask = [&](const std::string& target, const char* body, const char* type = "application/json") {
        return service.handle(request("POST", target, {{"Content-Type", type}}, body)).body;
    };
    const std::string well = std::string("/items/") + chief;
    CHECK(ask(well + "?limit=20&hard=yes&x=1", R"({"name":"a","y":2})") ==
          R"({"who":"nobody","query":{"limit":20,"hard":true},"body":{"name":"a"}})");
    CHECK(ask("/items/not-a-uuid?limit=99999999&hard=maybe", R"({"name":""})") ==
          R"({"detail":[{"field":"path.item_id","message":"Invalid ID format."},)"
          R"({"field":"query.limit","message":"Value is out of the allowed range."},)"
          R"({"field":"query.hard","message":"Expected true or false."},)"
          R"({"field":"name","message":"Value is too short."}],"code":"LB-VAL-001"})");
    CHECK(ask(well, "{bad json") ==
          R"({"detail":[{"field":"1","message":"Invalid value."}],"code":"LB-VAL-001"})");
    CHECK(ask(well, "").find(R"("field":"body","message":"This field is required.")") != std::string::npos);
    for (const char* type : {"text/plain", "", "application/jsonx", "multipart/form-data"})
        CHECK_MESSAGE(ask(well, R"({"name":"a"})", type).find("LB-VAL-001") != std::string::npos, type);
    CHECK(ask(well, R"({"name":"a"})", "application/JSON; charset=utf-8").find("\"body\":{\"name\":\"a\"}") !=
          std::string::npos);
    CHECK(ask(well + "?limit=%", R"({"name":"a"})").find("\"field\":\"query\"") != std::string::npos);
    CHECK(ask(well, R"({"name":"a","name":"b"})").find("LB-VAL-001") != std::string::npos);
    CHECK(ask(well, std::string(40, '[').c_str()).find("LB-VAL-001") != std::string::npos);
}
