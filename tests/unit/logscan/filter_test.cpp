// Filter, fragments, fingerprints and request lines.
#include "logbook/logscan/filter.h"

#include <doctest/doctest.h>

#include "logbook/logscan/fingerprint.h"
#include "logbook/logscan/fragment.h"
#include "logbook/logscan/requests.h"

using namespace logbook;
using namespace logbook::logscan;

namespace {

Record record_of(std::string text) {
    Record record;
    record.text = std::move(text);
    interpret(record);
    return record;
}

bool wants(FilterOptions options, const Record& record) {
    auto filter = Filter::make(std::move(options));
    REQUIRE(filter);
    return filter->wants(record);
}

FilterOptions pattern(std::string text, bool regex = false) {
    FilterOptions options;
    options.patterns = {std::move(text)};
    options.regex = regex;
    return options;
}

const char* const failed = "2026-11-22 08:00:04 | ERROR    | m:f:1 - no\n  File \"a.py\"\nValueError: (x)";

}  // namespace

TEST_CASE("any line of a record may match; anchors are the line's ends") {
    const Record record = record_of(failed);
    CHECK(wants(pattern("(x)"), record));
    CHECK_FALSE(wants(pattern("(X)"), record));
    CHECK(wants(pattern("^ValueError: \\(x\\)$", true), record));
    CHECK_FALSE(wants(pattern("no\\s+File", true), record));  // not over two lines
    FilterOptions caseless = pattern("(X)");
    caseless.ignore_case = true;
    CHECK(wants(caseless, record));
    FilterOptions two = pattern("absent");
    two.patterns.push_back("ValueError");
    CHECK(wants(two, record));
    FilterOptions inverted = pattern("(x)");
    inverted.invert = true;
    CHECK_FALSE(wants(inverted, record));
}

TEST_CASE("time, level and request narrow") {
    const Record record = record_of(failed);
    FilterOptions options;
    options.level = Level::critical;
    CHECK_FALSE(wants(options, record));
    options.level = Level::warning;
    CHECK(wants(options, record));
    options.since = *parse_when("2026-11-22T09:00:05+01:00", {});
    CHECK_FALSE(wants(options, record));
    options.since = *parse_when("2026-11-22T09:00:04+01:00", {});
    CHECK(wants(options, record));
    FilterOptions request;
    request.request_id = "48a2";
    CHECK(wants(request, record_of("x [rid=48a2]")));
    CHECK(wants(request, record_of("about 48a2.")));
    CHECK_FALSE(wants(request, record_of("48a2f")));
}

TEST_CASE("what cannot be understood is refused with its place") {
    const auto broken = Filter::make(pattern("a(b", true));
    REQUIRE_FALSE(broken);
    CHECK(broken.error().what.find("index 1") != std::string::npos);
    CHECK_FALSE(Filter::make(pattern("(?<=a)b", true)));
    CHECK_FALSE(Filter::make(pattern("a\nb")));
    CHECK(parse_when("10m", WallTime(std::chrono::hours(1))) == WallTime(std::chrono::minutes(50)));
    CHECK(parse_when("2d", WallTime(std::chrono::hours(50))) == WallTime(std::chrono::hours(2)));
    for (const char* wrong : {"", "yesterday", "-5m", "2026-13-40x", "99999d"})
        CHECK_FALSE(parse_when(wrong, {}));
}

TEST_CASE("fragments: what no JSON spelling changes") {
    const auto fragment = [](std::string_view text) { return safe_fragment(text).value_or("<none>"); };
    CHECK(fragment("\\(1045, ") == "\\(1045, ");
    CHECK(fragment("\xE2\x86\x92 400 \\(") == " 400 \\(");
    CHECK(fragment("Table '[^'\\n]*' doesn't exist") == "' doesn't exist");
    CHECK(fragment("(?i)crash \"recovery") == "(?i)recovery");
    CHECK(fragment("\xE2\x86\x92 \\d{3} \\(\\d{5,}ms\\)") == " \\d{3} \\(\\d{5,}ms\\)");
    CHECK(fragment("^abc|\\bdef\\b") == "abc|def");
    CHECK(fragment("abc|.") == "<none>");
    CHECK(fragment("(ab|cd\")+x?") == "(?:ab|cd)");
    CHECK(fragment("(ab)?\"c") == "<none>");
    CHECK(fragment("\"\xE2\x86\x92\\\\<") == "<none>");
    CHECK(fragment("[!-~]ab\"") == "ab");
    for (const char* deep : {"(?=ab)cd", "\\Qab\\E", "a{2", "[[:alpha:]]bc"})
        CHECK(fragment(deep) == "<none>");
    CHECK(fragment(escaped_pattern("Can't \"x\" a.b\xE2\x86\x92")) == "Can't ");
}

TEST_CASE("block scans tell every line in which a pattern ends") {
    const auto set = PatternSet::compile({"ERROR", "^x$"}, ScanUnit::block);
    REQUIRE(set);
    auto scanner = PatternScanner::make(*set);
    REQUIRE(scanner);
    std::vector<size_t> places;
    scanner->scan_block("ERROR ERROR\nno\nx\nan ERROR", places);
    CHECK(places == std::vector<size_t>{4, 15, 24});
}

TEST_CASE("fingerprints fold what differs, and keep kinds apart") {
    CHECK(folded("Duplicate entry '4711' for key 7781a4457d054099 after 35ms") ==
          "Duplicate entry '…' for key # after #");
    CHECK(folded("Can't connect to 172.18.0.2:3306") == "Can't connect to #.#.#.#:#");
    CHECK(folded("user ad836279-8f06-4fed-bb92-d59d38d5058a gone") == "user # gone");
    CHECK(folded("utf8 sha2") == "utf8 sha2");
    const auto print = [](const char* text) { return fingerprint(record_of(text)); };
    const char* trace = "2026-11-22 08:00:04 | ERROR    | m:f:1 - user 5\nTraceback (most recent call "
                        "last):\n  File \"/app/app/a.py\", line 1, in "
                        "f\n    g()\n  File \"/app/app/b.py\", line 2, in g\nValueError: 5";
    const char* same = "2026-11-22 09:00:04 | ERROR    | m:f:1 - user 6\nTraceback (most recent call "
                       "last):\n  File \"/app/app/a.py\", line 3, in "
                       "f\n    g()\n  File \"/app/app/b.py\", line 4, in g\nValueError: 6";
    CHECK(print(trace) == "ValueError < app/a.py:f < app/b.py:g");
    CHECK(print(trace) == print(same));
    Groups groups(2);
    groups.add(record_of(trace));
    groups.add(record_of(same));
    groups.add(record_of("2026-11-22 08:00:04 | ERROR    | m:f:1 - one"));
    groups.add(record_of("2026-11-22 08:00:04 | ERROR    | m:f:1 - two other words"));
    REQUIRE(groups.by_count().size() == 2);
    CHECK(groups.by_count()[0]->count == 2);
    CHECK(*groups.by_count()[0]->last - *groups.by_count()[0]->first == std::chrono::hours(1));
    CHECK(groups.others() == 1);
}

TEST_CASE("request lines, their routes and their figures") {
    const auto request =
        parse_request("POST /api/v1/users?x=1 \xE2\x86\x92 409 (11ms) [rid=7781a4457d054099]");
    REQUIRE(request);
    CHECK(request->method == "POST");
    CHECK(request->status == 409);
    CHECK(request->millis == 11);
    CHECK(request->id == "7781a4457d054099");
    for (const char* other : {"", "GET", "GET /x", "GET /x \xE2\x86\x92 200", "GET /x \xE2\x86\x92 200 (1s)",
                              "EAT /x \xE2\x86\x92 200 (1ms)", "GET /x \xE2\x86\x92 2000000000000 (1ms)"})
        CHECK_FALSE(parse_request(other));
    CHECK(route_of("/api/v1/users/7781a4457d054099/roles/12?page=2") == "/api/v1/users/{id}/roles/{id}");
    CHECK(route_of("/api/v1/ad836279-8f06-4fed-bb92-d59d38d5058a") == "/api/v1/{id}");
    CHECK(route_of("/") == "/");
    CHECK(route_of("/docs/decade") == "/docs/decade");

    RequestTable table;
    for (int i = 1; i <= 1000; ++i)
        CHECK(table.add(record_of("2026-11-22 08:00:04 | INFO     | m:f:1 - GET /a/" + std::to_string(i) +
                                  " \xE2\x86\x92 " + (i % 10 == 0 ? "500" : "200") + " (" +
                                  std::to_string(i) + "ms) [rid=r" + std::to_string(i) + "]")));
    CHECK_FALSE(table.add(record_of("2026-11-22 08:00:04 | INFO     | m:f:1 - hello")));
    const auto figures = table.slowest_first();
    REQUIRE(figures.size() == 1);
    CHECK(figures[0].route == "GET /a/{id}");
    CHECK(figures[0].server_errors == 100);
    CHECK(double(figures[0].p50) == doctest::Approx(500).epsilon(0.04));
    CHECK(double(figures[0].p95) == doctest::Approx(950).epsilon(0.04));
    CHECK(figures[0].slowest == 1000);
    CHECK(figures[0].slowest_id == "r1000");
}
