#include "logbook/deployment/contained_http.h"

#include <doctest/doctest.h>

using logbook::ErrorCode;
using logbook::deployment::parse_printed_reply;

TEST_SUITE("contained_http") {
    TEST_CASE("head and body of what the client printed") {
        const auto reply = parse_printed_reply(
            "HTTP/1.1 503 \r\nContent-Type: application/json\r\n\r\n{\"a\":\r\n\r\n1}", 64);
        REQUIRE(reply);
        CHECK(reply->status == 503);
        CHECK(reply->header("content-type") == "application/json");
        CHECK(reply->body == "{\"a\":\r\n\r\n1}");
    }

    TEST_CASE("what is no answer, and what is too much of one") {
        CHECK(parse_printed_reply("", 64).error().code == ErrorCode::protocol);
        CHECK(parse_printed_reply("OCI runtime exec failed", 64).error().code == ErrorCode::protocol);
        CHECK(parse_printed_reply("HTTP/1.1 200 \r\nA: b\r\n", 64).error().code == ErrorCode::protocol);
        CHECK(parse_printed_reply("HTTP/1.1 200 \r\n\r\n" + std::string(65, 'x'), 64).error().code ==
              ErrorCode::too_large);
        CHECK(parse_printed_reply("HTTP/1.1 200 \r\n\r\n" + std::string(64, 'x'), 64));
    }
}
