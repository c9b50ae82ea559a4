// The head of an upgraded connection, cut anywhere, and what is none.
#include "logbook/net/http_head.h"

#include <doctest/doctest.h>

using namespace logbook;
using net::parse_raw_head;

TEST_CASE("a head is read once its empty line is there") {
    const std::string head = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nContent-Length: 12\r\n\r\n";
    for (size_t cut = 0; cut < head.size(); ++cut) CHECK_FALSE(parse_raw_head(head.substr(0, cut)).value());
    const auto got = parse_raw_head(head + "raw bytes\r\n\r\n").value();
    REQUIRE(got);
    CHECK(got->reply.status == 101);
    CHECK(got->reply.header("connection") == "Upgrade");
    CHECK(got->size == head.size());
    CHECK(got->body_bytes == 12);
}

TEST_CASE("what is no HTTP answer is refused at its first wrong byte") {
    CHECK(parse_raw_head("SSH-2.0").error().code == ErrorCode::protocol);
    CHECK(parse_raw_head("HTTP/2").error().code == ErrorCode::protocol);
    CHECK_FALSE(parse_raw_head("HTTP/1.1\r\n\r\n"));
    CHECK_FALSE(parse_raw_head("HTTP/1.1 abc\r\n\r\n"));
    CHECK_FALSE(parse_raw_head("HTTP/1.1 99999999999999\r\n\r\n"));
    CHECK(parse_raw_head("HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x')).error().code ==
          ErrorCode::too_large);
}
