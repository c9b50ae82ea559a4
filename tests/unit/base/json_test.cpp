// JSON: strictness, bounds, duplicate keys, and the round trip.
#include "logbook/base/json.h"

#include <doctest/doctest.h>

using namespace logbook;

TEST_CASE("a document survives the round trip with its order") {
    const std::string text = R"({"b":1,"a":[true,null,-2.5,"x\n\u00e9"],"c":{"d":""}})";
    const Json json = parse_json(text).value();
    CHECK(json.dump() == "{\"b\":1,\"a\":[true,null,-2.5,\"x\\né\"],\"c\":{\"d\":\"\"}}");
    CHECK(*json.find("b")->as_int() == 1);
    CHECK(parse_json(json.dump_pretty()).value() == json);
    CHECK(json.text("b").empty());
    CHECK(json.find("zz") == nullptr);
}

TEST_CASE("what is not one JSON document is refused") {
    for (const char* bad :
         {"", "{", "{} {}", "{'a':1}", "[1,]", "nul", "01", "\"\x01\"", "<html>", "{\"a\":1,}", "\xff"}) {
        CAPTURE(bad);
        const auto parsed = parse_json(bad);
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().code == ErrorCode::protocol);
    }
}

TEST_CASE("a repeated key is refused, at any level") {
    CHECK(parse_json(R"({"exp":1,"exp":2})").error().what.find("exp") != std::string::npos);
    CHECK_FALSE(parse_json(R"([{"a":{"b":1,"\u0062":2}}])").has_value());
    CHECK(parse_json(R"({"a":{"a":1}})").has_value());
}

TEST_CASE("bytes and depth are bounded") {
    CHECK(parse_json("[1,2]", {.bytes = 4}).error().code == ErrorCode::too_large);
    CHECK(parse_json(std::string(200'000, '[')).error().code == ErrorCode::too_large);
    CHECK(parse_json("[[[]]]", {.bytes = 100, .depth = 2}).error().code == ErrorCode::too_large);
}

TEST_CASE("building") {
    Json json;
    json.set("a", 1).set("a", 2).set("list", Json().push("x").push(true));
    CHECK(json.dump() == R"({"a":2,"list":["x",true]})");
    CHECK(Json("bad \xff byte").dump() == "\"bad � byte\"");
    CHECK(Json(uint64_t(18446744073709551615u)).as_double() != nullptr);
}
