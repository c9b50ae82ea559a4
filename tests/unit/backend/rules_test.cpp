// The application's settings as rules, and callers' addresses.
#include <doctest/doctest.h>

#include "logbook/backend/client_address.h"
#include "logbook/backend/rules.h"

using namespace logbook;
using namespace logbook::backend;

namespace {

Result<Rules> rules_with(std::string text) {
    return rules_of(settings::Settings(settings::parse_env("SECRET_KEY=0123456789\n" + text)));
}

std::string caller(std::string peer, const std::vector<std::string>& forwarded,
                   const std::vector<std::string>& trusted) {
    api::Request request;
    request.peer = std::move(peer);
    for (const std::string& value : forwarded) request.headers.add("X-Forwarded-For", value);
    return client_address(request, trusted);
}

}  // namespace

TEST_CASE("the application's defaults") {
    const auto rules = rules_with("");
    REQUIRE(rules);
    CHECK(rules->token_key == Secret("0123456789"));
    CHECK(rules->audit_key == rules->token_key);
    CHECK(rules->access_lifetime == std::chrono::minutes(30));
    CHECK(rules->refresh_lifetime == std::chrono::days(7));
    CHECK(rules->idle == std::chrono::minutes(15));
    CHECK(rules->lockout_after == 5);
    CHECK(rules->lockout == std::chrono::minutes(15));
    CHECK(rules->password_min == 12);
    CHECK(rules->password_max == 128);
    CHECK(rules->password_history == 12);
    CHECK(rules->password_min_age == std::chrono::days(1));
    CHECK(rules->password_max_age == std::chrono::days(90));
    CHECK(rules->limit_rates);
    CHECK(rules->documentation);
    CHECK_FALSE(rules->production);
    CHECK_FALSE(rules->secure_cookies);  // its own origins are http://
    CHECK(rules->origins == std::vector<std::string>{"http://localhost:3000", "http://127.0.0.1:3000"});
    CHECK(rules->hosts == std::vector<std::string>{"*"});
    CHECK(rules->trusted_proxies.empty());
}

TEST_CASE("cookies, hosts and origins follow from each other") {
    CHECK(rules_with("ENVIRONMENT=production\n")->secure_cookies);
    CHECK(rules_with("ENVIRONMENT=staging\n")->production);
    CHECK_FALSE(rules_with("ENVIRONMENT=Production\n")->production);
    CHECK_FALSE(rules_with("ENVIRONMENT=production\nCOOKIE_SECURE=false\n")->secure_cookies);
    CHECK(rules_with("COOKIE_SECURE=yes\n")->secure_cookies);
    CHECK_FALSE(rules_with("COOKIE_SECURE=\n")->secure_cookies);
    CHECK(rules_with("ALLOWED_ORIGINS=https://a.example\n")->secure_cookies);
    CHECK_FALSE(rules_with("ALLOWED_ORIGINS=https://a.example,http://b.example\n")->secure_cookies);

    const auto json = rules_with("ALLOWED_ORIGINS='[\"https://a.example:8443\", \" https://B.example \"]'\n"
                                 "ENVIRONMENT=production\n");
    CHECK(json->origins == std::vector<std::string>{"https://a.example:8443", "https://B.example"});
    CHECK(json->hosts == std::vector<std::string>{"a.example", "b.example", "localhost", "127.0.0.1"});
    CHECK(rules_with("TRUSTED_HOSTS= one.example , two.example\n")->hosts ==
          std::vector<std::string>{"one.example", "two.example", "localhost", "127.0.0.1"});
    CHECK(rules_with("ENVIRONMENT=production\nALLOWED_ORIGINS='https://[::1]:8443/,nonsense'\n")->hosts ==
          std::vector<std::string>{"[::1]", "localhost", "127.0.0.1"});
    CHECK(rules_with("AUDIT_LOG_SIGNING_KEY=other\n")->audit_key == Secret("other"));
    CHECK(rules_with("HIPAA_SESSION_TIMEOUT_MINUTES=0\n")->idle.count() == 0);
}

TEST_CASE("what is malformed or dangerous is refused by name") {
    for (const char* line :
         {"ACCESS_TOKEN_EXPIRE_MINUTES=0", "ACCESS_TOKEN_EXPIRE_MINUTES=soon", "REFRESH_TOKEN_EXPIRE_DAYS=-1",
          "MAX_LOGIN_ATTEMPTS=0", "HIPAA_SESSION_TIMEOUT_MINUTES=-1", "PASSWORD_MIN_LENGTH=",
          "PASSWORD_MAX_LENGTH=11", "RATE_LIMIT_ENABLED=perhaps", "ENABLE_DOCS=", "COOKIE_SECURE=maybe",
          "ALLOWED_ORIGINS=[1]", "ALLOWED_ORIGINS='[\"a\"'", "TRUSTED_PROXY_IPS=10.0.0.0/33",
          "TRUSTED_PROXY_IPS=*", "SECRET_KEY=", "ACCESS_TOKEN_EXPIRE_MINUTES=99999999999999"}) {
        const auto rules = rules_with(std::string(line) + "\n");
        CAPTURE(line);
        REQUIRE_FALSE(rules);
        CHECK(rules.error().code == ErrorCode::invalid);
        const std::string name(line, std::string_view(line).find('='));
        CHECK(rules.error().what.find(name) != std::string::npos);
    }
    CHECK(rules_with("ALGORITHM=HS512\n").error().code == ErrorCode::unsupported);
    CHECK(rules_with("ALGORITHM=none\n").error().code == ErrorCode::unsupported);
}

TEST_CASE("ranges of addresses") {
    for (const char* good : {"10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "2001:db8::/32", "::1", "::/0",
                             "::ffff:10.0.0.0/8", "10.0.0.1/32", "fe80::1/128"})
        CHECK_MESSAGE(is_address_range(good), good);
    for (const char* bad : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/8x",
                            "::/129", "localhost", "10.0.0.0/8/8", "010.0.0.1", "1::2::3"})
        CHECK_MESSAGE(!is_address_range(bad), bad);
}

TEST_CASE("a forwarded address counts only behind a trusted proxy") {
    const std::vector<std::string> trusted = {"10.0.0.0/8", "192.168.1.1", "fd00::/8"};
    CHECK(caller("203.0.113.9", {"1.2.3.4"}, trusted) == "203.0.113.9");
    CHECK(caller("10.1.2.3", {"1.2.3.4"}, {}) == "10.1.2.3");
    CHECK(caller("10.1.2.3", {"1.2.3.4"}, trusted) == "1.2.3.4");
    CHECK(caller("10.1.2.3", {}, trusted) == "10.1.2.3");
    // What the caller wrote himself stands to the left.
    CHECK(caller("10.1.2.3", {"6.6.6.6, 1.2.3.4, 192.168.1.1"}, trusted) == "1.2.3.4");
    CHECK(caller("10.1.2.3", {"6.6.6.6", "1.2.3.4"}, trusted) == "1.2.3.4");
    CHECK(caller("10.1.2.3", {"10.9.9.9"}, trusted) == "10.9.9.9");
    CHECK(caller("10.1.2.3", {"1.2.3.4, nonsense"}, trusted) == "10.1.2.3");
    CHECK(caller("10.1.2.3", {"1.2.3.4, , 192.168.1.1"}, trusted) == "192.168.1.1");
    // 192.168.1.10 is not 192.168.1.1, and 11.0.0.1 not in 10/8.
    CHECK(caller("192.168.1.10", {"1.2.3.4"}, trusted) == "192.168.1.10");
    CHECK(caller("11.0.0.1", {"1.2.3.4"}, trusted) == "11.0.0.1");
    // Both families, with ports and in other spellings.
    CHECK(caller("fd00::1", {"2001:DB8:0::0001"}, trusted) == "2001:db8::1");
    CHECK(caller("fd00::1", {"[2001:db8::1]:4711"}, trusted) == "2001:db8::1");
    CHECK(caller("::ffff:10.0.0.1", {"1.2.3.4:4711"}, trusted) == "1.2.3.4");
    CHECK(caller("10.0.0.1", {"::ffff:1.2.3.4"}, trusted) == "1.2.3.4");
    CHECK(caller("10.0.0.1", {"[2001:db8::1"}, trusted) == "10.0.0.1");
    CHECK(caller("", {"1.2.3.4"}, {"0.0.0.0/0", "::/0"}) == "unknown");
    CHECK(caller("10.0.0.1", {std::string(9000, '1')}, trusted) == "10.0.0.1");
    // Ranges that end inside a byte.
    CHECK(caller("172.16.0.1", {"1.2.3.4"}, {"172.16.0.0/12"}) == "1.2.3.4");
    CHECK(caller("172.31.255.255", {"1.2.3.4"}, {"172.16.0.0/12"}) == "1.2.3.4");
    CHECK(caller("172.32.0.1", {"1.2.3.4"}, {"172.16.0.0/12"}) == "172.32.0.1");
}
