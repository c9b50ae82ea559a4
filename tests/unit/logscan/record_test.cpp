// Records: which lines belong together, in every format that our services write, and what a record tells.
#include <doctest/doctest.h>

#include "logbook/logscan/grouping.h"

using namespace logbook;
using namespace logbook::logscan;

namespace {

struct Fed {
    std::string text;
    StreamName stream = StreamName::out;
    bool ends = true;
};

std::vector<Record> group(const std::vector<Fed>& lines) {
    Grouper grouper("backend");
    for (const Fed& fed : lines) {
        Line line;
        line.text = fed.text;
        line.stream = fed.stream;
        line.ends = fed.ends;
        grouper.feed(line);
    }
    grouper.flush();
    std::vector<Record> out;
    for (Record record; grouper.take(record);) out.push_back(std::move(record));
    return out;
}

std::vector<Record> group(std::initializer_list<const char*> lines) {
    std::vector<Fed> fed;
    for (const char* line : lines) fed.push_back({line, StreamName::out, true});
    return group(fed);
}

std::string when(const Record& record) {
    return record.time ? iso8601(*record.time, true) : "";
}

}  // namespace

TEST_CASE("a traceback, chained and with its statement, belongs to the record above it") {
    const auto records =
        group({"2026-11-22 08:00:04 | ERROR    | main:handler:2148 - Unhandled ProgrammingError on GET /x: "
               "(1146, \"T\")",
               "[SQL: SELECT count(id) AS n ", "FROM operational_ranks ", "WHERE id = %s]",
               "Traceback (most recent call last):", "  File \"/app/a.py\", line 1, in f", "    g()",
               "pymysql.err.ProgrammingError: (1146, \"T\")", "",
               "The above exception was the direct cause of the following exception:", "",
               "Traceback (most recent call last):", "  + Exception Group Traceback (most recent call last):",
               "  | ExceptionGroup: two (2 sub-exceptions)", "ValueError: last",
               "2026-11-22 08:00:05 | INFO     | main:f:1 - next"});
    REQUIRE(records.size() == 2);
    CHECK(records[0].level == Level::error);
    CHECK(records[0].lines().size() == 15);
    CHECK(records[0].message().substr(0, 9) == "Unhandled");
    CHECK(when(records[0]) == "2026-11-22T08:00:04.000Z");
    CHECK(records[1].message() == "next");
}

TEST_CASE("LOG_FORMAT=json gives the same record, its exception unfolded") {
    const auto records = group(
        {R"({"timestamp": "2026-11-22T08:00:04.250000+00:00", "level": "ERROR", "message": "Unhandled → x", "module": "main", "function": "handler", "line": 2148, "request_id": "48a292f86dfe456a", "exception": "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in f\nValueError: last"})",
         R"({"timestamp": "2026-11-22T08:00:05Z", "level": "INFO", "message": "next", "exception": {"type": "KeyError", "value": "'x'", "traceback": ["a\n", "b\n"]}})",
         R"({"timestamp": "broken)"});
    REQUIRE(records.size() == 3);
    CHECK(records[0].level == Level::error);
    CHECK(records[0].request_id == "48a292f86dfe456a");
    CHECK(records[0].lines().size() == 4);
    CHECK(records[0].lines()[3] == "ValueError: last");
    CHECK(records[0].message().substr(0, 9) == "Unhandled");
    CHECK(when(records[0]) == "2026-11-22T08:00:04.250Z");
    CHECK(records[0].raw.substr(0, 14) == "{\"timestamp\": ");
    CHECK(records[1].lines().size() == 4);
    CHECK(records[1].lines()[3] == "KeyError: 'x'");
    CHECK(records[2].text == R"({"timestamp": "broken)");
    CHECK(records[2].time_inherited);
}

TEST_CASE("the heads of every service are known") {
    struct Row {
        const char* line;
        Level level;
        const char* time;
        const char* message;
    };
    for (const Row& row : {
             Row{"INFO:     Will watch", Level::info, "", "Will watch"},
             Row{"WARNI [alembic.env] odd", Level::warning, "", "odd"},
             Row{"INFO  [alembic.runtime.migration] Running upgrade A -> B", Level::info, "",
                 "Running upgrade A -> B"},
             Row{"2026-11-22T08:00:00.123456Z 0 [System] [MY-010116] [Server] up", Level::info,
                 "2026-11-22T08:00:00.123Z", " [MY-010116] [Server] up"},
             Row{"2026-11-22 08:00:00+00:00 [ERROR] [Entrypoint]: no", Level::error,
                 "2026-11-22T08:00:00.000Z", " [Entrypoint]: no"},
             Row{"2026-11-22  8:00:00 0 [Note] mariadbd: ready", Level::info, "2026-11-22T08:00:00.000Z",
                 " mariadbd: ready"},
             Row{"1:M 22 Nov 2026 08:00:00.123 # WARNING Memory overcommit", Level::warning,
                 "2026-11-22T08:00:00.123Z", "WARNING Memory overcommit"},
             Row{"2026/11/22 08:00:00 [error] 7#7: *1 connect() failed", Level::error,
                 "2026-11-22T08:00:00.000Z", " 7#7: *1 connect() failed"},
             Row{"172.18.0.1 - - [22/Nov/2026:09:00:00 +0100] \"GET / HTTP/1.1\" 200 5", Level::info,
                 "2026-11-22T08:00:00.000Z", "\"GET / HTTP/1.1\" 200 5"},
             Row{"backend-1  | 2026-11-22 08:00:04 | ERROR    | m:f:1 - no", Level::error,
                 "2026-11-22T08:00:04.000Z", "no"},
         }) {
        CAPTURE(row.line);
        CHECK(kind_of(row.line) == LineKind::head);
        Record record;
        record.text = row.line;
        interpret(record);
        CHECK(record.level == row.level);
        CHECK(when(record) == row.time);
        CHECK(record.message() == row.message);
    }
    for (const char* plain : {"MIIBIjANBg", "ValueError: x", "FROM t", "{'a': 1}", "{\"a\": 1}", "12:30",
                              "2026-11-22", "ERROR", "INFO:", "99999999999:M 22 Nov"})
        CHECK_MESSAGE(kind_of(plain) == LineKind::plain, plain);
}

TEST_CASE("lines without any head are records of their own, but for tracebacks") {
    const auto records =
        group({"one", "two", "Traceback (most recent call last):", "  File \"x\", line 1, in f",
               "ValueError: x", "three", "   indented"});
    REQUIRE(records.size() == 3);
    CHECK(records[1].text ==
          "two\nTraceback (most recent call last):\n  File \"x\", line 1, in f\nValueError: x");
    CHECK(records[1].level == Level::error);
    CHECK(records[2].text == "three\n   indented");
}

TEST_CASE("two streams that talk at once keep their records apart, up to a bound") {
    const std::string head = "2026-11-22 08:00:04 | ERROR    | m:f:1 - ";
    std::vector<Fed> lines = {{head + "a", StreamName::out},
                              {head + "b", StreamName::err},
                              {"  of a", StreamName::out},
                              {"  of b", StreamName::err}};
    auto records = group(lines);
    REQUIRE(records.size() == 2);
    CHECK(records[0].lines()[1] == "  of a");
    CHECK(records[1].lines()[1] == "  of b");

    lines.resize(1);
    for (unsigned i = 0; i <= Grouping::most_foreign; ++i) lines.push_back({head + "x", StreamName::err});
    lines.push_back({"  too late", StreamName::out});
    records = group(lines);
    CHECK(records.front().lines().size() == 1);
    CHECK(records.back().text == "  too late");
}

TEST_CASE("pieces of a split line are joined, whatever they look like") {
    const auto records = group({{"2026-11-22 08:00:04 | INFO     | m:f:1 - begin ", StreamName::out, false},
                                {"other", StreamName::err},
                                {"2026-11-22 08:00:05 | not a head", StreamName::out, false},
                                {" end", StreamName::out}});
    REQUIRE(records.size() == 2);
    CHECK(records[0].lines().size() == 1);
    CHECK(records[0].message() == "begin 2026-11-22 08:00:05 | not a head end");
}

TEST_CASE("a record keeps so much and counts the rest") {
    Grouper grouper("x");
    const std::string long_line(longest_line + 10, 'x'), head = "2026-11-22 08:00:04 | INFO     | m:f:1 - x";
    const auto feed = [&](std::string_view text) {
        Line line;
        line.text = text;
        grouper.feed(line);
    };
    feed(head);
    for (int i = 0; i < 6; ++i) feed(long_line);
    feed(head);
    Record record;
    REQUIRE(grouper.take(record));
    CHECK(record.text.size() <= longest_record + 1);
    CHECK(record.text.size() + record.cut_bytes == head.size() + 6 * (long_line.size() + 1));
}

TEST_CASE("request ids, wherever the backend writes them") {
    for (const char* text :
         {"2026-11-22 08:00:04 | INFO     | m:f:1 - GET / → 200 (1ms) [rid=48a292f86dfe456a]",
          "2026-11-22 08:00:04 | DEBUG    | m:f:1 - Request: GET / | Request-ID: 48a292f86dfe456a"}) {
        Record record;
        record.text = text;
        interpret(record);
        CHECK(record.request_id == "48a292f86dfe456a");
    }
}
