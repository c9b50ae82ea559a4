// Replies however they are cut, and headers that ask for more memory than there is.
#include "logbook/net/redis_reader.h"

#include <doctest/doctest.h>

using namespace logbook;
using net::RedisReader;
using net::RedisReply;

TEST_CASE("a reply is read wherever it is cut") {
    const std::string bytes = "*4\r\n$3\r\nfoo\r\n:42\r\n$-1\r\n*1\r\n+OK\r\n";
    for (size_t cut = 0; cut <= bytes.size(); ++cut) {
        RedisReader reader;
        reader.feed(bytes.substr(0, cut));
        if (cut < bytes.size()) CHECK_FALSE(reader.next().value().has_value());
        reader.feed(bytes.substr(cut));
        const RedisReply reply = reader.next().value().value();
        REQUIRE(reply.items.size() == 4);
        CHECK(reply.items[0].text == "foo");
        CHECK(reply.items[1].integer == 42);
        CHECK(reply.items[2].kind == RedisReply::Kind::nil);
        CHECK(reply.items[3].items.at(0).kind == RedisReply::Kind::status);
    }
}

TEST_CASE("an array that announces too much is refused before memory is taken") {
    RedisReader one;
    one.feed("*2147483647\r\n");
    CHECK(one.next().error().code == ErrorCode::protocol);
    RedisReader nested;  // each level within the limit, together far beyond it
    nested.feed("*60000\r\n*60000\r\n");
    CHECK_FALSE(nested.next().has_value());
    RedisReader deep;
    for (int i = 0; i < 50; ++i) deep.feed("*1\r\n");
    CHECK_FALSE(deep.next().has_value());
}

TEST_CASE("what is no reply fails, an error reply does not") {
    RedisReader garbage;
    garbage.feed("HTTP/1.1 200 OK\r\n");
    CHECK_FALSE(garbage.next().has_value());
    RedisReader error;
    error.feed("-NOAUTH Authentication required.\r\n");
    CHECK(error.next().value()->is_error());
}
