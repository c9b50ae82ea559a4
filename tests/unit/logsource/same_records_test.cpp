// The same records, however they are stored: plain or json-file, whole or in any pieces, packed or not, read
// line by line or searched in blocks.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fstream>
#include <random>

#include "logbook/logscan/filter.h"
#include "logbook/logscan/fragment.h"
#include "logbook/logsource/file_source.h"
#include "logbook/logsource/hit_scan.h"
#include "logbook/logsource/line_feed.h"

using namespace logbook;
using namespace logbook::logscan;
using namespace logbook::logsource;

namespace {

struct Written {
    std::string text;
    bool err = false;
};

// Hands out its bytes in pieces of changing size.
class Dripping final : public Bytes {
  public:
    Dripping(std::string bytes, size_t most) : bytes_(std::move(bytes)), most_(most) {}
    Result<size_t> read(char* into, size_t room, Deadline) override {
        const size_t n = std::min({room, bytes_.size() - at_, 1 + random_() % most_});
        bytes_.copy(into, n, at_);
        at_ += n;
        return n;
    }

  private:
    std::string bytes_;
    size_t most_;
    size_t at_ = 0;
    std::mt19937 random_{7};
};

std::string escaped(std::string_view text, bool ascii) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '"' || c == '\\')
            out += fmt::format("\\{}", char(c));
        else if (c == '\n')
            out += "\\n";
        else if (c < ' ' || c == '<' || c == '>' || c == '&')
            out += fmt::format("\\u{:04x}", c);
        else if (ascii && c == 0xE2 && i + 2 < text.size()) {
            const int code = (c & 15) << 12 | (text[i + 1] & 63) << 6 | (text[i + 2] & 63);
            out += fmt::format("\\u{:04x}", code);
            i += 2;
        } else
            out += char(c);
    }
    return out;
}

std::string as_json(const std::vector<Written>& lines, bool ascii) {
    std::string out;
    size_t number = 0;
    for (const Written& line : lines) {
        std::string_view rest = line.text;
        do {
            const std::string_view piece = rest.substr(0, engine_piece);
            rest.remove_prefix(piece.size());
            out += fmt::format(
                "{{\"log\":\"{}{}\",\"stream\":\"{}\",\"time\":\"2026-11-22T08:00:00.{:09}Z\"}}\n",
                escaped(piece, ascii), rest.empty() ? "\\n" : "", line.err ? "stderr" : "stdout", ++number);
        } while (!rest.empty());
    }
    return out;
}

std::string as_plain(const std::vector<Written>& lines) {
    std::string out;
    for (const Written& line : lines) out += line.text + "\n";
    return out;
}

// A log of every kind of line; `headless` has no logger's heads, `streams` uses both.
std::vector<Written> some_log(std::mt19937& random, bool headless, bool streams) {
    static const std::vector<std::string> pieces = {"Can't connect to \"mysql\"",
                                                    "GET /x \xE2\x86\x92 200 (5ms)",
                                                    "path C:\\temp\\n",
                                                    "a <b> & c",
                                                    "tab\there",
                                                    "plain words",
                                                    "needle",
                                                    "ERROR 1045",
                                                    "\x1b[31mred\x1b[0m",
                                                    "x \\\\n",
                                                    ""};
    std::vector<Written> lines;
    const size_t count = 1 + random() % 400;
    for (size_t i = 0; i < count; ++i) {
        Written line;
        line.err = streams && random() % (random() % 3 == 0 ? 2 : 60) == 0;
        const std::string piece = pieces[random() % pieces.size()];
        switch (random() % (headless ? 6 : 9)) {
        case 0:
            line.text = "  File \"/app/a.py\", line 1, in " + piece;
            break;
        case 1:
            line.text = "Traceback (most recent call last):";
            break;
        case 2:
            line.text = "ValueError: " + piece;
            break;
        case 3:
            line.text = piece;
            break;
        case 4:
            line.text = "[SQL: " + piece;
            break;
        case 5:
            line.text = random() % 40 == 0 ? std::string(random() % 60'000, 'y') + piece +
                                                 std::string(random() % 30'000, 'z')
                                           : "";
            break;
        case 6:
            line.text = "INFO:     " + piece;
            break;
        default:
            line.text = fmt::format("2026-11-22 08:{:02}:{:02} | {} | m:f:1 - {}", i / 60 % 60, i % 60,
                                    random() % 2 ? "ERROR   " : "INFO    ", piece);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

Deadline soon() {
    return Deadline::in(Millis(20'000));
}

std::vector<Record> line_by_line(const std::string& bytes, size_t step) {
    SourceStats stats;
    LineFeed feed("x", stats);
    for (size_t at = 0; at < bytes.size(); at += step) feed.push(std::string_view(bytes).substr(at, step));
    feed.finish();
    std::vector<Record> out;
    for (Record record; feed.take(record);) out.push_back(std::move(record));
    return out;
}

std::vector<Record> searched(const std::string& bytes, size_t step, const PatternSet& fragments) {
    SourceStats stats;
    const size_t begun = std::min<size_t>(bytes.size(), 64);
    auto scan = HitScan::make(bytes.substr(0, begun), std::make_unique<Dripping>(bytes.substr(begun), step),
                              "x", fragments, stats);
    REQUIRE(scan);
    std::vector<Record> out;
    for (;;) {
        const auto more = scan->read(out, soon());
        REQUIRE(more);
        if (!*more) break;
    }
    CHECK(stats.lines == size_t(std::count(bytes.begin(), bytes.end(), '\n')));
    CHECK(stats.bytes == bytes.size());
    return out;
}

std::vector<std::string> wanted(std::vector<Record> records, Filter& filter, bool with_time) {
    std::vector<std::string> out;
    for (const Record& record : records)
        if (filter.wants(record))
            out.push_back((with_time && record.time ? iso8601(*record.time, true) : "") +
                          std::string(name_of(record.level)) + "|" + record.text);
    return out;
}

}  // namespace

TEST_CASE("plain and json-file, line by line and in blocks, give the same records") {
    const std::vector<std::string> patterns = {"needle",
                                               "Can't connect to \"mysql\"",
                                               "\xE2\x86\x92 200",
                                               "a <b> &",
                                               "temp\\n",
                                               "tab\there",
                                               "1045",
                                               "zz",
                                               "yz"};
    std::mt19937 random(20261122);
    for (int round = 0; round < 150; ++round) {
        CAPTURE(round);
        const bool streams = round % 3 == 1;
        const std::vector<Written> lines = some_log(random, round % 3 == 2, streams);
        const std::string plain = as_plain(lines), json = as_json(lines, round % 2 == 0);
        FilterOptions options;
        options.patterns = {patterns[random() % patterns.size()]};
        if (round % 4 == 0) options.patterns.push_back("ERROR");
        CAPTURE(options.patterns.front());
        auto filter = Filter::make(options);
        REQUIRE(filter);
        const size_t step = round % 5 == 0 ? 1 + random() % 300 : 1 + random() % 300'000;
        const auto json_all = wanted(line_by_line(json, step), *filter, true);
        const bool fast = filter->interest().fragments.has_value();
        if (fast)
            CHECK(wanted(searched(json, step, *filter->interest().fragments), *filter, true) == json_all);
        const auto plain_all = wanted(line_by_line(plain, step), *filter, true);
        if (fast)
            CHECK(wanted(searched(plain, step, *filter->interest().fragments), *filter, true) == plain_all);
        // Plain text cannot keep two streams apart.
        if (!streams)
            CHECK(wanted(line_by_line(json, step), *filter, false) ==
                  wanted(line_by_line(plain, step), *filter, false));
    }
}

TEST_CASE("a json-file line may be written otherwise, or be damaged") {
    const std::string odd =
        "{\"log\": \"one needle\\n\", \"time\": \"2026-11-22T08:00:00Z\", \"stream\": \"stderr\"}\n"
        "{\"log\":\"two "
        "\\u006eeedle\\n\",\"stream\":\"stdout\",\"attrs\":{\"tag\":\"x\"},\"time\":\"2026-11-22T08:00:01Z\"}"
        "\n"
        "not json needle\n"
        "{\"log\":\"three needle\\n\",\"stre";
    const auto records = line_by_line(odd, 7);
    REQUIRE(records.size() == 4);
    CHECK(records[0].text == "one needle");
    CHECK(records[0].stream == StreamName::err);
    CHECK(records[1].text == "two needle");
    CHECK(records[2].text == "not json needle");
    CHECK(records[3].text == "{\"log\":\"three needle\\n\",\"stre");
}

TEST_CASE("a line of 100 MB is cut, counted and never held") {
    std::string bytes = "2026-11-22 08:00:00 | INFO     | m:f:1 - needle ";
    bytes.append(100 << 20, 'x');
    bytes += "\n2026-11-22 08:00:01 | INFO     | m:f:1 - needle two\n";
    const auto set = PatternSet::compile({"needle"}, ScanUnit::block);
    const auto found = searched(bytes, 1 << 18, *set);
    REQUIRE(found.size() == 2);
    CHECK(found[0].text.size() == longest_line);
    CHECK(found[1].message() == "needle two");
    const auto all = line_by_line(bytes, 1 << 16);
    REQUIRE(all.size() == 2);
    CHECK(all[0].text.size() + all[0].cut_bytes == bytes.find('\n'));
}
