// Pasted text made ready: escapes, prefixes, JSON wrappers, limits, codes.
#include "logbook/runbook/reading.h"

#include <doctest/doctest.h>

using namespace logbook::runbook;
using Texts = std::vector<std::string>;

namespace {

Texts texts(std::string_view pasted) {
    Texts out;
    for (const ReadLine& line : read_lines(pasted).lines) out.push_back(line.text);
    return out;
}

}  // namespace

TEST_CASE("lines are counted as pasted, and empty ones are dropped") {
    const Reading reading = read_lines("a\r\n\n  b  \nc");
    REQUIRE(reading.lines.size() == 3);
    CHECK(reading.pasted == 4);
    CHECK(reading.lines[1].text == "b");
    CHECK(reading.lines[1].number == 3);
    CHECK(read_lines("").pasted == 0);
}

TEST_CASE("colour and cursor sequences are dropped") {
    CHECK(texts("\x1b[36mbackend |\x1b[0m \x1b[2Kx\x1b") == Texts{"backend | x"});
    CHECK(texts("\x1b[31").size() == 0);
    CHECK(texts("\x1b") == Texts{});
}

TEST_CASE("the texts inside a JSON line follow it, to three levels") {
    CHECK(texts(R"({"message":"one\ntwo","line":3,"exception":null})") ==
          Texts{R"({"message":"one\ntwo","line":3,"exception":null})", "one", "two"});
    CHECK(texts(R"(backend  | {"a":["x",{"b":"y"}]})").back() == "y");
    const Texts nested = texts(R"({"log":"{\"message\":\"deep\"}\n","stream":"stdout"})");
    CHECK(nested.back() == "stdout");
    CHECK(nested[2] == "deep");
    // Not JSON, or JSON behind other words: the line alone.
    CHECK(texts(R"({"broken":)").size() == 1);
    CHECK(texts(R"(GET /x -> 200 {"status":"ok"})").size() == 1);
    CHECK(texts(std::string(2000, '{') + std::string(2000, '}')).size() == 1);
}

TEST_CASE("a long line is read to its limit and counted") {
    const Reading reading = read_lines(std::string(longest_line + 10, 'x') + "\ny");
    CHECK(reading.cut == 1);
    CHECK(reading.lines[0].text.size() == longest_line);
    CHECK(reading.lines[1].text == "y");
}

TEST_CASE("codes are found where they stand whole") {
    CHECK(codes_in(R"({"code":"LB-AUTH-001"} LB-SYS-002,)") == Texts{"LB-AUTH-001", "LB-SYS-002"});
    for (const char* none :
         {"LB-", "LB-auth-001", "LB-AUTH-01", "LB-AUTH-0011", "LB--001", "xLB", "LB-A1-001"})
        CHECK_MESSAGE(codes_in(none).empty(), none);
}

TEST_CASE("what people type for a code") {
    CHECK(code_spellings(" http 404 ") == Texts{"HTTP 404", "404"});
    CHECK(code_spellings("Status 503") == Texts{"HTTP 503", "503"});
    CHECK(code_spellings("ERROR 1045") == Texts{"1045"});
    CHECK(code_spellings("noauth") == Texts{"NOAUTH"});
    CHECK(code_spellings("two words").empty());
    CHECK(code_spellings("").empty());
    CHECK(code_spellings(std::string(50, '1')).empty());
}
