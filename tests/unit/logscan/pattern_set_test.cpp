// PatternSet: what it finds, what it refuses, and its compiled form on another engine or damaged.
#include "logbook/logscan/pattern_set.h"

#include <doctest/doctest.h>
#include <thread>

using logbook::ErrorCode;
using logbook::logscan::PatternScanner;
using logbook::logscan::PatternSet;
using Ids = std::vector<uint32_t>;

namespace {

const std::vector<std::string> three = {R"(\(1045, )", R"((?i)access denied for user '[^'\n]*')", "^start"};

Ids scan(const PatternSet& set, std::string_view line) {
    auto scanner = PatternScanner::make(set);
    REQUIRE(scanner);
    return scanner->scan(line);
}

}  // namespace

TEST_CASE("every pattern that occurs is reported once, in order") {
    const auto set = PatternSet::compile(three);
    REQUIRE(set);
    CHECK(set->size() == 3);
    CHECK(scan(*set, "(1045, \"ACCESS DENIED FOR USER 'x'@'y'\") (1045, ") == Ids{0, 1});
    CHECK(scan(*set, "start") == Ids{2});
    CHECK(scan(*set, "a start") == Ids{});
    CHECK(scan(*set, "") == Ids{});
}

TEST_CASE("a quoted class does not run over its closing quote") {
    const auto set = PatternSet::compile({R"(on '[^'\n]*'$)"});
    REQUIRE(set);
    CHECK(scan(*set, "on 'mysql'") == Ids{0});
    CHECK(scan(*set, "on 'mysql' and 'db'") == Ids{});
}

TEST_CASE("bytes that are not UTF-8, and NUL, are scanned like any other") {
    const auto set = PatternSet::compile({"needle"});
    REQUIRE(set);
    CHECK(scan(*set, std::string_view("\xff\xfe\0needle\x80", 11)) == Ids{0});
}

TEST_CASE("an expression that cannot be compiled is named") {
    const auto set = PatternSet::compile({"good", "a(b"});
    REQUIRE_FALSE(set);
    CHECK(set.error().code == ErrorCode::invalid);
    CHECK(set.error().what.find("`a(b`") != std::string::npos);
    CHECK_FALSE(PatternSet::compile({"(?=look)ahead"}));
    CHECK_FALSE(PatternSet::compile({""}));
    CHECK_FALSE(PatternSet::compile({std::string(PatternSet::longest_pattern + 1, 'a')}));
    CHECK_FALSE(PatternSet::compile({std::string("a\0b", 3)}));
    CHECK_FALSE(PatternSet::compile({"x*"}));  // would match everywhere
}

TEST_CASE("a set without patterns finds nothing") {
    const auto set = PatternSet::compile({});
    REQUIRE(set);
    CHECK(scan(*set, "anything") == Ids{});
    CHECK(*set->serialised() == "");
    CHECK(PatternSet::load("", {}));
}

TEST_CASE("the compiled form gives the same answers") {
    const auto set = PatternSet::compile(three);
    REQUIRE(set);
    const auto bytes = set->serialised();
    REQUIRE(bytes);
    const auto again = PatternSet::load(*bytes, three);
    REQUIRE(again);
    CHECK(scan(*again, "(1045, ") == Ids{0});
    CHECK(*again->serialised() == *bytes);
}

TEST_CASE(
    "a compiled form of another version, machine or damaged is put aside, and the patterns compiled anew") {
    const auto set = PatternSet::compile(three);
    REQUIRE(set);
    const std::string bytes = *set->serialised();
    std::vector<std::string> wrong = {"", "x", std::string(4096, '\0'), bytes.substr(0, bytes.size() / 2)};
    for (const size_t at : {size_t(0), size_t(4), size_t(8), size_t(16), bytes.size() - 1}) {
        wrong.push_back(bytes);  // magic, version, length, platform, body
        wrong.back()[at] = char(wrong.back()[at] ^ 0x55);
    }
    for (const std::string& damaged : wrong) {
        const auto loaded = PatternSet::load(damaged, three);
        REQUIRE(loaded);
        CHECK(scan(*loaded, "(1045, ") == Ids{0});
    }
}

TEST_CASE("one set serves many threads, each with its own scanner") {
    const auto set = PatternSet::compile(three);
    REQUIRE(set);
    std::vector<std::thread> threads;
    std::vector<size_t> hits(4, 0);
    for (size_t t = 0; t < hits.size(); ++t)
        threads.emplace_back([&, t] {
            auto scanner = PatternScanner::make(*set);
            for (int i = 0; scanner && i < 2000; ++i) hits[t] += scanner->scan("a (1045, b").size();
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(hits == std::vector<size_t>(4, 2000));
}
