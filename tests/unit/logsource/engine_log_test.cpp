// Logs from an engine, cut anywhere: the same records as from its json-file; a follow that is read again has
// no gap and no duplicate; and whatever the engine does, it ends.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <random>
#include <thread>

#include "logbook/logscan/grouping.h"
#include "logbook/logsource/container_follow.h"
#include "logbook/logsource/engine_message.h"
#include "logbook/logsource/engine_source.h"
#include "logbook/logsource/engine_stream.h"
#include "logbook/logsource/line_feed.h"
#include "logbook/logsource/raw_line.h"
#include "logbook/logsource/seen_window.h"
#include "unit/unasked_engine.h"

using namespace logbook;
using namespace logbook::logsource;
using docker::Channel;
using logscan::Record;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

namespace {

// As the log driver stored it.
struct Stored {
    nanoseconds time;
    bool err = false;
    std::string text;  // with its line feed, unless it is a piece
};

std::string stamp(nanoseconds time) {
    return fmt::format("2026-11-22T08:{:02}:{:02}.{:09}Z", time.count() / 60'000'000'000 % 60,
                       time.count() / 1'000'000'000 % 60, time.count() % 1'000'000'000);
}

WallTime base() {
    return WallTime(std::chrono::seconds(1795334400));
}  // 2026-11-22T08:00:00Z

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += fmt::format("\\{}", c);
        else if (c == '\n')
            out += "\\n";
        else if (byte < ' ' || c == '<' || c == '>' || c == '&')
            out += fmt::format("\\u{:04x}", byte);
        else
            out += c;
    }
    return out;
}

std::string as_json_file(const std::vector<Stored>& log) {
    std::string out;
    for (const Stored& one : log)
        out += fmt::format("{{\"log\":\"{}\",\"stream\":\"{}\",\"time\":\"{}\"}}\n", escaped(one.text),
                           one.err ? "stderr" : "stdout", stamp(one.time));
    return out;
}

std::string frame(Channel channel, std::string_view payload) {
    std::string out(1, char(channel));
    out.append(3, '\0');
    for (int shift = 24; shift >= 0; shift -= 8) out += char(payload.size() >> shift & 255);
    return out.append(payload);
}

std::string as_stream(const std::vector<Stored>& log, bool tty) {
    std::string out;
    for (const Stored& one : log) {
        const std::string payload = stamp(one.time) + " " + one.text;
        out += tty ? payload : frame(one.err ? Channel::err : Channel::out, payload);
    }
    return out;
}

std::string shown(const Record& record) {
    return fmt::format("{}|{}|{}|{}|{}", record.time ? iso8601(*record.time, true) : "-",
                       logscan::name_of(record.stream), logscan::name_of(record.level), record.cut_bytes,
                       record.text);
}

std::vector<std::string> all_of(std::vector<Record> records) {
    std::vector<std::string> out;
    for (const Record& record : records) out.push_back(shown(record));
    return out;
}

std::vector<std::string> from_file(const std::vector<Stored>& log) {
    logscan::SourceStats stats;
    LineFeed feed("s", stats);
    feed.push(as_json_file(log));
    feed.finish();
    std::vector<Record> records;
    for (Record record; feed.take(record);) records.push_back(record);
    return all_of(std::move(records));
}

// Sends pieces of changing size to the cutter, by way of the frame decoder where there are frames.
std::vector<std::string> from_stream(std::string_view bytes, bool tty, size_t most, unsigned seed) {
    std::mt19937 random(seed);
    MessageCutter cutter(tty);
    logscan::Grouper grouper("s");
    std::vector<Record> records;
    const auto feed = [&](const EngineMessage& message) {
        grouper.feed(line_of(message));
        for (Record record; grouper.take(record);) records.push_back(record);
    };
    docker::FrameDecoder decoder;
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, 1 + random() % most);
        bytes.remove_prefix(piece.size());
        if (tty) {
            cutter.push({Channel::out, false, false, piece}, feed);
            continue;
        }
        const auto sink = [&](const docker::Piece& one) {
            cutter.push(one, feed);
            return true;
        };
        REQUIRE(decoder.feed(piece, sink).has_value());
    }
    cutter.finish(feed);
    grouper.flush();
    for (Record record; grouper.take(record);) records.push_back(record);
    return all_of(std::move(records));
}

void say(std::vector<Stored>& log, std::string text, bool err = false) {
    const nanoseconds time((log.empty() ? 0 : log.back().time.count()) + 1'000'003);
    while (text.size() > engine_piece) {
        log.push_back({time, err, text.substr(0, engine_piece)});
        text.erase(0, engine_piece);
    }
    log.push_back({time, err, std::move(text)});
}

std::vector<Stored> hostile_log(bool streams) {
    std::vector<Stored> log;
    say(log, "quote \" backslash \\ <less> & \xE2\x86\x92 \xE2\x80\xA8 \x01 tab\t\n");
    say(log, "\n");
    say(log, "2026-11-22 08:00:01 | ERROR    | m:f:1 - Unhandled\n", streams);
    say(log, "Traceback (most recent call last):\n", streams);
    say(log, "  File \"a.py\", line 1\n", streams);
    say(log, "other stream\n");
    say(log, "ValueError: \"<x>\"\n", streams);
    for (const size_t size : {16383u, 16384u, 16385u, 40000u, 300000u, 1200000u})
        say(log, std::string(size, 'x') + "\n");
    say(log, std::string(6000, '"') + "\n");
    say(log, std::string(20000, '"') + "\n");
    say(log, "own 2026-11-22T07:00:00.123456789Z stamp\r\n");
    say(log, std::string(12000, '<'));  // the last of a start, without a line feed
    say(log, "2026-11-22 08:00:02 | INFO     | m:f:1 - next start\n");
    say(log, "no feed at the end");
    return log;
}

// An engine that has one log.
class LogEngine final : public UnaskedEngine {
  public:
    std::vector<Stored> log;         // grows under `mutex`
    size_t piece = 100;              // bytes handed on at once, at the most
    std::vector<size_t> ends_after;  // messages of one call each; then it ends as when the container stops
    mutable size_t calls = 0;
    bool hangs = false;
    Error fails_with;  // after the log was given
    mutable std::mutex mutex;
    mutable std::vector<docker::LogOptions> asked;

    Status logs(const std::string&, bool tty, const docker::LogOptions& options,
                const docker::PieceSink& sink, Deadline deadline) const override {
        size_t most = size_t(-1);
        std::vector<Stored> given;
        {
            const std::lock_guard lock(mutex);
            asked.push_back(options);
            if (options.follow && calls < ends_after.size()) most = ends_after[calls];
            if (options.follow) ++calls;
            const size_t from = options.tail && *options.tail < log.size() ? log.size() - *options.tail : 0;
            for (size_t i = from; i < log.size(); ++i)
                if (!options.since || base() + log[i].time >= *options.since) given.push_back(log[i]);
        }
        if (given.size() > most) given.resize(most);
        docker::FrameDecoder decoder;
        const std::string bytes = as_stream(given, tty);
        for (size_t at = 0; at < bytes.size(); at += piece) {
            const std::string_view part = std::string_view(bytes).substr(at, piece);
            if (tty ? !sink({Channel::out, at == 0, false, part}) : !*decoder.feed(part, sink)) return {};
        }
        while (hangs && !deadline.passed()) {
            if (options.stopped && options.stopped()) return fail(ErrorCode::interrupted, "stopped");
            std::this_thread::sleep_for(milliseconds(1));
        }
        if (hangs) return fail(ErrorCode::timeout, "it hangs");
        if (!fails_with.what.empty()) return fail(fails_with);
        return {};
    }
};

EngineLog log_of(const std::shared_ptr<LogEngine>& engine, bool tty = false) {
    EngineLog log;
    log.engine = engine;
    log.id = "c";
    log.tty = tty;
    log.driver = "json-file";
    log.service = "s";
    return log;
}

std::vector<std::string> read_all(logscan::Source& source) {
    std::vector<Record> records;
    for (;;) {
        const auto more = source.read(records, Deadline::in(Millis(20'000)));
        REQUIRE(more.has_value());
        if (!*more) return all_of(std::move(records));
    }
}

std::vector<std::string> follow_until(ContainerFollow& follow, size_t wanted,
                                      Millis patience = Millis(10'000)) {
    std::vector<Record> records;
    for (const Deadline deadline = Deadline::in(patience); records.size() < wanted && !deadline.passed();)
        if (!follow.poll(records)) std::this_thread::sleep_for(milliseconds(1));
    // And nothing comes a second time.
    for (const Deadline deadline = Deadline::in(Millis(500)); !deadline.passed();)
        if (!follow.poll(records)) std::this_thread::sleep_for(milliseconds(1));
    std::vector<std::string> out;
    for (const Record& record : records) out.push_back(record.text);
    return out;
}

}  // namespace

TEST_CASE("every cut of the engine's stream gives the records of its json-file") {
    for (const bool tty : {false, true}) {
        const std::vector<Stored> log = hostile_log(!tty);
        const auto expected = from_file(log);
        REQUIRE(expected.size() >= 3);
        const std::string bytes = as_stream(log, tty);
        for (const size_t most : {7u, 31u, 1000u, 20000u, 5000000u})
            for (unsigned seed = 0; seed < 3; ++seed) CHECK(from_stream(bytes, tty, most, seed) == expected);
    }
    const std::vector<Stored> small = {{nanoseconds(1), false, "a \"b\"\n"},
                                       {nanoseconds(2), true, "no feed"},
                                       {nanoseconds(3), false, "\r\n"}};
    for (const bool tty : {false, true}) {
        std::vector<Stored> log = small;
        if (tty)
            for (Stored& one : log) one.err = false;
        const std::string bytes = as_stream(log, tty);
        for (size_t cut = 1; cut <= bytes.size(); ++cut)
            CHECK(from_stream(bytes, tty, cut, 1) == from_file(log));
    }
}

TEST_CASE("a frame of any size is kept to a bound, and counted") {
    MessageCutter cutter(false);
    uint64_t cut = 0;
    size_t kept = 0;
    const auto feed = [&](const EngineMessage& message) {
        cut = message.cut_bytes;
        kept = message.text.size();
        CHECK(message.feed);
        CHECK(line_of(message).ends);
    };
    const std::string block(1 << 20, 'x');
    cutter.push({Channel::out, true, false, "2026-11-22T08:00:00.000000001Z "}, feed);
    for (int i = 0; i < 50; ++i) cutter.push({Channel::out, false, false, block}, feed);
    cutter.push({Channel::out, false, true, "\n"}, feed);
    CHECK(kept + cut == 50 * block.size() + 1);
    CHECK(kept <= longest_raw_line + 31);
}

TEST_CASE("a terminal's line may hold a timestamp of its own, earlier than the engine's") {
    std::vector<Stored> log;
    say(log, "2026-11-22T07:59:59.123456789Z first, and 2026-11-22T08:00:00.000000001Z again\n");
    say(log, "2026-11-22T07:59:59.123456789Z second");
    say(log, "third\n");
    CHECK(from_stream(as_stream(log, true), true, 9, 1) == from_file(log));
}

TEST_CASE("a source by the engine gives the whole log, or the end of it that was asked for") {
    const auto engine = std::make_shared<LogEngine>();
    engine->log = hostile_log(true);
    for (int i = 0; i < 3000; ++i) {
        say(engine->log, fmt::format("2026-11-22 08:00:05 | INFO     | m:f:1 - number {}\n", i));
        for (int j = 0; j < i % 30; ++j) say(engine->log, "  goes on\n");
    }
    const auto expected = from_file(engine->log);
    for (const size_t piece : {33u, 4096u, 100000u}) {
        engine->piece = piece;
        const auto source = open_engine_log(log_of(engine), {}, Deadline::in(Millis(20'000)));
        REQUIRE(source.has_value());
        CHECK(read_all(**source) == expected);
        CHECK((*source)->stats().problems.empty());
    }
    for (const size_t last : {1u, 10u, 500u, 100000u}) {
        logscan::Interest interest;
        interest.last = last;
        const auto source = open_engine_log(log_of(engine), interest, Deadline::in(Millis(20'000)));
        REQUIRE(source.has_value());
        auto records = read_all(**source);
        const size_t wanted = std::min(last, expected.size());
        REQUIRE(records.size() >= wanted);
        CHECK(std::vector<std::string>(records.end() - ptrdiff_t(wanted), records.end()) ==
              std::vector<std::string>(expected.end() - ptrdiff_t(wanted), expected.end()));
    }
}

TEST_CASE(
    "an engine that fails in the middle ends the log with a problem, and one that hangs with a time-out") {
    const auto engine = std::make_shared<LogEngine>();
    say(engine->log, "first\n");
    engine->fails_with = {ErrorCode::closed, "it hung up", ""};
    {
        const auto source = open_engine_log(log_of(engine), {}, Deadline::in(Millis(5000)));
        CHECK(read_all(**source).size() == 1);
        REQUIRE((*source)->stats().problems.size() == 1);
        CHECK((*source)->stats().problems[0].what == "s: it hung up");
    }
    engine->fails_with = {ErrorCode::io, "configured logging driver does not support reading", ""};
    {
        const auto source = open_engine_log(log_of(engine), {}, Deadline::in(Millis(5000)));
        (void)read_all(**source);
        CHECK((*source)->stats().problems.at(0).what ==
              "s: its log driver `json-file` keeps nothing that can be read back");
    }
    engine->hangs = true;
    const auto begun = std::chrono::steady_clock::now();
    {
        const auto source = open_engine_log(log_of(engine), {}, Deadline::in(Millis(200)));
        std::vector<Record> records;
        Result<bool> more = true;
        while (more && *more) more = (*source)->read(records, Deadline::in(Millis(300)));
        REQUIRE_FALSE(more.has_value());
        CHECK(more.error().code == ErrorCode::timeout);
    }
    {
        // Left in the middle: the thread ends at once.
        const auto source = open_engine_log(log_of(engine), {}, Deadline::in(Millis(60'000)));
    }
    CHECK(std::chrono::steady_clock::now() - begun < milliseconds(10'000));
}

TEST_CASE("what is read ahead is bounded, and a reader that leaves ends it") {
    const auto engine = std::make_shared<LogEngine>();
    for (int i = 0; i < 3000; ++i) say(engine->log, std::string(10'000, 'x') + "\n");
    engine->piece = 16 << 10;
    docker::LogOptions options;
    options.timestamps = true;
    EngineStream stream(engine, "c", false, options, Deadline::in(Millis(60'000)));
    std::this_thread::sleep_for(milliseconds(100));
    size_t most = 0, all = 0;
    for (int turn = 0; turn < 20; ++turn) {
        size_t one = 0;
        CHECK(stream.take(
                  [&](const docker::Piece& piece) {
                      one += piece.bytes.size();
                      return true;
                  },
                  Deadline::in(Millis(5000))) == EngineStream::State::some);
        most = std::max(most, one);
        all += one;
    }
    CHECK(most <= EngineStream::most_ahead + (16 << 10));
    CHECK(all < size_t(30) << 20);  // it is left in the middle
}

TEST_CASE("a log that is followed over many calls has no gap and no duplicate") {
    std::mt19937 random(5);
    for (int round = 0; round < 6; ++round) {
        const bool tty = round % 2 == 1;
        const auto engine = std::make_shared<LogEngine>();
        nanoseconds now(0);
        for (int i = 0; i < 400; ++i) {
            // Both streams, stamps in the wrong order among them, several with the same; equal lines at other
            // times.
            const bool equal = random() % 5 == 0;
            now += nanoseconds(random() % 3 == 0 && !equal ? 0 : 1 + random() % 4'000'000);
            const auto time = now + nanoseconds(!tty && !equal && random() % 4 == 0 ? random() % 2000 : 0);
            engine->log.push_back({time, !tty && random() % 2 == 0,
                                   equal ? std::string("equal\n") : fmt::format("number {}\n", i)});
        }
        if (!tty)
            engine->log.push_back({now + nanoseconds(5'000'000), false, std::string(engine_piece, 'x')});
        if (!tty)
            engine->log.push_back({now + nanoseconds(5'000'000), false, std::string(engine_piece, 'x')});
        if (!tty) engine->log.push_back({now + nanoseconds(5'000'000), false, "end\n"});
        for (int i = 0; i < 8; ++i) engine->ends_after.push_back(size_t(1 + random() % 120));
        engine->ends_after.push_back(size_t(-1));
        std::vector<std::string> expected;
        for (const std::string& line : from_file(engine->log))
            expected.push_back(line.substr(line.rfind('|') + 1));
        FollowBegin begin;
        begin.beginning = true;
        const auto follow = follow_by_engine(log_of(engine, tty), begin, {}, Deadline::in(Millis(5000)));
        CHECK(follow_until(*follow, expected.size()) == expected);
        CHECK(follow->stats().problems.empty());
    }
}

TEST_CASE("following begins with the last records, or with what comes from now on") {
    for (const bool from_last : {false, true}) {
        const auto engine = std::make_shared<LogEngine>();
        for (int i = 0; i < 5000; ++i) say(engine->log, fmt::format("old {}\n", i));
        FollowBegin begin;
        if (from_last) begin.last = 3;
        const auto follow = follow_by_engine(log_of(engine), begin, {}, Deadline::in(Millis(5000)));
        {
            const std::lock_guard lock(engine->mutex);
            say(engine->log, "new 1\n");
            say(engine->log, "new 2\n");
        }
        std::vector<std::string> expected = {"old 4997", "old 4998", "old 4999", "new 1", "new 2"};
        if (!from_last) expected.erase(expected.begin(), expected.begin() + 3);
        const auto found = follow_until(*follow, expected.size());
        CAPTURE(fmt::format("{}", fmt::join(found, ", ")));
        CHECK(found == expected);
    }
}

TEST_CASE("a log that was rotated away meanwhile is told, and read on") {
    const auto engine = std::make_shared<LogEngine>();
    for (int i = 0; i < 10; ++i) say(engine->log, fmt::format("number {}\n", i));
    FollowBegin begin;
    begin.beginning = true;
    const auto follow = follow_by_engine(log_of(engine), begin, {}, Deadline::in(Millis(5000)));
    CHECK(follow_until(*follow, 10).size() == 10);
    {
        const std::lock_guard lock(engine->mutex);
        engine->log.erase(engine->log.begin(), engine->log.end() - 1);
        for (int i = 10; i < 13; ++i) say(engine->log, fmt::format("number {}\n", i));
        engine->log.erase(engine->log.begin(), engine->log.begin() + 2);
    }
    CHECK(follow_until(*follow, 2) == std::vector<std::string>{"number 11", "number 12"});
    REQUIRE(follow->stats().problems.size() == 1);
    CHECK(follow->stats().problems[0].what.find("rotated") != std::string::npos);
}

TEST_CASE("a container's follow is settled when it has stopped and all was read") {
    const auto engine = std::make_shared<LogEngine>();
    say(engine->log, "one\n");
    FollowBegin begin;
    begin.beginning = true;
    const auto follow = follow_by_engine(log_of(engine), begin, {}, Deadline::in(Millis(5000)));
    CHECK_FALSE(follow->settled());
    CHECK(follow_until(*follow, 1).size() == 1);
    CHECK_FALSE(follow->settled());
    {
        const std::lock_guard lock(engine->mutex);
        say(engine->log, "last words\n");
    }
    follow->set_running(false);
    CHECK_FALSE(follow->settled());
    CHECK(follow_until(*follow, 1) == std::vector<std::string>{"last words"});
    CHECK(follow->settled());
    follow->set_running(true);
    CHECK_FALSE(follow->settled());
}

TEST_CASE("where a container's log is read") {
    docker::Container container;
    container.log_driver = "json-file";
    container.log_path = "/x/c-json.log";
    container.started = base();
    LogReach here;
    here.local_engine = here.readable_file = true;
    LogReach forbidden;
    forbidden.local_engine = true;
    forbidden.obstacle = "cannot open /x/c-json.log: Permission denied";
    const LogReach remote;
    CHECK(choose_log_place(container, LogAccess::automatic, here, "s") == LogPlace::file);
    CHECK(choose_log_place(container, LogAccess::api, here, "s") == LogPlace::api);
    CHECK(choose_log_place(container, LogAccess::automatic, forbidden, "s") == LogPlace::api);
    CHECK(choose_log_place(container, LogAccess::automatic, remote, "s") == LogPlace::api);
    for (const LogReach& reach : {forbidden, remote}) {
        const auto refused = choose_log_place(container, LogAccess::file, reach, "s");
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().what.rfind("s: ", 0) == 0);
        CHECK_FALSE(refused.error().hint.empty());
    }
    container.log_driver = "journald";
    CHECK(choose_log_place(container, LogAccess::automatic, here, "s") == LogPlace::api);
    CHECK_FALSE(choose_log_place(container, LogAccess::file, here, "s").has_value());
    container.log_driver = "none";
    CHECK_FALSE(choose_log_place(container, LogAccess::automatic, here, "s").has_value());
    container.log_driver = "json-file";
    container.started.reset();
    container.log_path.clear();
    CHECK(choose_log_place(container, LogAccess::file, remote, "s") == LogPlace::nowhere);
}
