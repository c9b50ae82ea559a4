// Text helpers, above all those that meet hostile input.
#include "logbook/base/text.h"

#include <doctest/doctest.h>

using namespace logbook;

TEST_CASE("printable() lets no control byte through") {
    CHECK(printable("a\x1b[31mb\r\nc\0d") == "a�[31mb  c");
    CHECK(printable(std::string_view("x\0y", 3)) == "x�y");
    CHECK(printable("caf\xc3\xa9 \xff") == "café �");
    CHECK(printable("abcdef", 3) == "abc…");
    CHECK(printable("\xe2\x80\xae"
                    "evil") == "�evil");
}

TEST_CASE("UTF-8 is judged strictly") {
    CHECK(valid_utf8("añ✔😀"));
    CHECK_FALSE(valid_utf8("\xc0\xaf"));
    CHECK_FALSE(valid_utf8("\xed\xa0\x80"));
    CHECK_FALSE(valid_utf8("\xf4\x90\x80\x80"));
    CHECK_FALSE(valid_utf8("\xe2\x9c"));
}

TEST_CASE("width and wrapping") {
    CHECK(display_width("✔ ok") == 4);
    CHECK(display_width("漢字") == 4);
    CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrap("a /very/long/path b", 5) == std::vector<std::string>{"a", "/very/long/path", "b"});
    CHECK(wrap("x\ny", 9) == std::vector<std::string>{"x", "y"});
}

TEST_CASE("the nearest word") {
    const std::vector<std::string> words = {"doctor", "health", "grep", "secrets"};
    CHECK(nearest("docotr", words) == "doctor");
    CHECK(nearest("grpe", words) == "grep");
    CHECK(nearest("zzz", words).empty());
}

TEST_CASE("shell quoting") {
    CHECK(shell_quoted("/srv/x-1.yml") == "/srv/x-1.yml");
    CHECK(shell_quoted("it's $5") == "'it'\\''s $5'");
    CHECK(shell_quoted("") == "''");
}

TEST_CASE("counting") {
    CHECK(counted(1, "warning") == "1 warning");
    CHECK(counted(0, "note") == "0 notes");
    CHECK(split("a,,b", ',').size() == 3);
    CHECK(replace_all("aaa", "a", "aa") == "aaaaaa");
}
