// Cookies of requests and replies, and those that try to be two things at once.
#include "logbook/api/cookies.h"

#include <doctest/doctest.h>

using namespace logbook::api;

namespace {

Headers with(std::initializer_list<const char*> values) {
    Headers headers;
    for (const char* value : values) headers.add("Cookie", value);
    return headers;
}

}  // namespace

TEST_CASE("a cookie is found by its whole name") {
    const Headers headers = with({"a=1; access_token=x.y.z;b=", "xaccess_token=no"});
    CHECK(cookie(headers, "access_token") == "x.y.z");
    CHECK(cookie(headers, "b") == "");
    CHECK(cookie(headers, "a") == "1");
    CHECK_FALSE(cookie(headers, "Access_token"));
    CHECK_FALSE(cookie(headers, "c"));
    CHECK(cookie(with({"a=b=c"}), "a") == "b=c");
}

TEST_CASE("one that was sent twice is none") {
    CHECK_FALSE(cookie(with({"csrf_token=1; csrf_token=2"}), "csrf_token"));
    CHECK_FALSE(cookie(with({"csrf_token=1", "csrf_token=1"}), "csrf_token"));
}

TEST_CASE("a reply's cookie is the application's") {
    SetCookie set;
    set.name = "access_token";
    set.value = "a.b.c";
    set.max_age = std::chrono::seconds(1800);
    set.secure = false;
    CHECK(to_header(set) == "access_token=a.b.c; HttpOnly; Max-Age=1800; Path=/; SameSite=strict");
    set.secure = true;
    set.http_only = false;
    set.path = "/api/v1/auth/";
    CHECK(to_header(set) == "access_token=a.b.c; Max-Age=1800; Path=/api/v1/auth/; SameSite=strict; Secure");
    for (const char* value : {"a;b", "a b", "a\r\nb", "a\"b", "\xc3\xa9", "a,b"}) {
        set.value = value;
        CHECK_THROWS(to_header(set));
    }
}
