// Queries, decoded as HTML forms are, and refused where they are broken.
#include "logbook/api/query.h"

#include <doctest/doctest.h>

using namespace logbook::api;

TEST_CASE("names and values") {
    const auto query = parse_query("/x?a=1&b=x+y&c=%C3%A9%26&d&=e&a=2&&");
    REQUIRE(query);
    CHECK(query_value(*query, "a") == "2");
    CHECK(query_value(*query, "b") == "x y");
    CHECK(query_value(*query, "c") == "\xc3\xa9&");
    CHECK(query_value(*query, "d") == "");
    CHECK(query_value(*query, "") == "e");
    CHECK_FALSE(query_value(*query, "e"));
    CHECK(parse_query("/x")->empty());
    CHECK(parse_query("/x?")->empty());
}

TEST_CASE("what is broken is refused whole") {
    for (const char* target :
         {"/x?a=%", "/x?a=%4", "/x?a=%zz", "/x?%00=1", "/x?a=%0a", "/x?a=%ff", "/x?a=b&c=%0D"})
        CHECK_MESSAGE(!parse_query(target), target);
    std::string many = "/x?";
    for (int i = 0; i < 101; ++i) many += "a=1&";
    CHECK_FALSE(parse_query(many));
}
