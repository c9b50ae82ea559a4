// Messages into the grouper, as they are pulled.
#include "logbook/logsource/engine_source.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/logscan/grouping.h"
#include "logbook/logsource/container_log.h"
#include "logbook/logsource/engine_message.h"
#include "logbook/logsource/engine_stream.h"

namespace logbook::logsource {
namespace {

Error late(const EngineLog& log) {
    return {ErrorCode::timeout,
            fmt::format("the deadline passed while the engine gave the log of {}", log.service),
            "give it more time: --timeout 5m, or less to read: --since 1h"};
}

// A stream that ended in `error`. Its own thread may be the first to notice that our time is over, and it
// counts in whole milliseconds: it may be a moment early.
Error judge(const EngineLog& log, const Error& error, Deadline deadline) {
    constexpr Millis early(20);
    if (error.code == ErrorCode::timeout && deadline.remaining() <= early) return late(log);
    return judge_log_failure(error, log.service, log.driver);
}

class EngineSource final : public logscan::Source {
  public:
    EngineSource(EngineLog log, docker::LogOptions options, Deadline deadline)
        : log_(std::move(log))
        , cutter_(log_.tty)
        , grouper_(log_.service)
        , stream_(
              std::make_unique<EngineStream>(log_.engine, log_.id, log_.tty, std::move(options), deadline)) {}

    const std::string& service() const override { return log_.service; }
    const logscan::SourceStats& stats() const override { return stats_; }

    Result<bool> read(std::vector<logscan::Record>& out, Deadline deadline) override {
        const size_t had = out.size();
        const auto feed = [this](const EngineMessage& message) { take(message); };
        while (out.size() == had && stream_) {
            const auto state = stream_->take(
                [&](const docker::Piece& piece) {
                    stats_.bytes += piece.bytes.size();
                    cutter_.push(piece, feed);
                    return true;
                },
                deadline);
            if (state == EngineStream::State::nothing) return fail(late(log_));
            if (state == EngineStream::State::ended)
                if (Status ended = finish(feed, deadline); !ended) return fail(ended.error());
            for (logscan::Record record; grouper_.take(record);) {
                stats_.cut_bytes += record.cut_bytes;
                out.push_back(std::move(record));
            }
        }
        return out.size() > had;
    }

  private:
    void take(const EngineMessage& message) {
        if (message.of_engine) {
            stats_.problems.push_back(
                {ErrorCode::io, fmt::format("{}: the engine says: {}", log_.service, printable(message.text)),
                 "journalctl -u docker -n 50"});
            return;
        }
        ++stats_.lines;
        grouper_.feed(line_of(message));
    }

    Status finish(const MessageSink& feed, Deadline deadline) {
        const Status outcome = stream_->outcome();
        stream_.reset();
        cutter_.finish(feed);
        grouper_.flush();
        if (outcome) return {};
        Error error = judge(log_, outcome.error(), deadline);
        if (error.code == ErrorCode::timeout) return fail(std::move(error));
        stats_.problems.push_back(std::move(error));
        return {};
    }

    EngineLog log_;
    logscan::SourceStats stats_;
    MessageCutter cutter_;
    logscan::Grouper grouper_;
    std::unique_ptr<EngineStream> stream_;  // nothing: the log has ended
};

// What the last `lines` lines hold.
Result<LogTail> read_tail(const EngineLog& log, uint64_t lines, Deadline deadline) {
    LogTail tail;
    MessageCutter cutter(log.tty);
    logscan::Grouper grouper(log.service);
    uint64_t seen = 0;
    const auto feed = [&](const EngineMessage& message) {
        if (message.of_engine) return;
        if (seen++ == 0) tail.begin = message.time;
        grouper.feed(line_of(message));
        for (logscan::Record record; grouper.take(record);) ++tail.records;
    };
    docker::LogOptions options;
    options.timestamps = true;
    options.tail = lines;
    const Status read = log.engine->logs(
        log.id, log.tty, options,
        [&](const docker::Piece& piece) {
            cutter.push(piece, feed);
            return true;
        },
        deadline);
    if (!read) return fail(judge(log, read.error(), deadline));
    cutter.finish(feed);
    grouper.flush();
    for (logscan::Record record; grouper.take(record);) ++tail.records;
    tail.whole = seen < lines;
    tail.lines = lines;
    return tail;
}

}  // namespace

Result<LogTail> find_tail(const EngineLog& log, size_t records, Deadline deadline) {
    // The first record of each stream may be the end of a longer one.
    const size_t enough = records + 2;
    for (uint64_t lines = 2 * uint64_t(records) + 200;; lines *= 8) {
        auto tail = read_tail(log, lines, deadline);
        if (!tail || tail->whole || tail->records >= enough) return tail;
    }
}

Result<std::unique_ptr<logscan::Source>> open_engine_log(EngineLog log, const logscan::Interest& interest,
                                                         Deadline deadline) {
    docker::LogOptions options;
    options.timestamps = true;
    if (interest.since) options.since = *interest.since - engine_margin;
    if (interest.until) options.until = *interest.until + engine_margin;
    if (interest.last) {
        const auto tail = find_tail(log, *interest.last, deadline);
        // What fails here fails in the reading too, and is told there.
        if (tail && !tail->whole && tail->begin) {
            options.since = std::max(options.since.value_or(*tail->begin), *tail->begin);
            // Spares the engine the reading of all that is older; lines that come meanwhile have room.
            options.tail = 2 * tail->lines + 10'000;
        }
    }
    return std::make_unique<EngineSource>(std::move(log), std::move(options), deadline);
}

}  // namespace logbook::logsource
