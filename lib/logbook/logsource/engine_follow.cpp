// Following by the engine's API. A call with follow=1 ends with the container; asked again from a little
// earlier on, what came meanwhile is told from what was read by SeenWindow.
#include "logbook/logsource/container_follow.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/logscan/grouping.h"
#include "logbook/logsource/engine_message.h"
#include "logbook/logsource/engine_stream.h"
#include "logbook/logsource/seen_window.h"

namespace logbook::logsource {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::hours;

constexpr Millis quiet{300};        // as FollowOptions::quiet
constexpr Millis first_pause{100};  // before the engine is asked again
constexpr Millis longest_pause{1000};
constexpr Millis longest_silence{30'000};  // then the call may be dead without anybody having said so
constexpr hours longest_call{24};
constexpr uint64_t usual_tail =
    20'000;  // lines that the engine looks back; all of them where they do not reach
constexpr uint64_t known_tail = 1'000;  // lines by which the end of the log is known

class EngineFollow final : public ContainerFollow {
  public:
    EngineFollow(EngineLog log, const FollowBegin& begin, std::function<void()> bell, Deadline deadline)
        : log_(std::move(log)), bell_(std::move(bell)), cutter_(log_.tty), grouper_(log_.service) {
        if (begin.last) {
            begin_with_last(*begin.last, deadline);
        } else if (begin.since) {
            since_ = *begin.since - engine_margin;
        } else if (!begin.beginning) {
            begin_at_end(deadline);
        }
        call();
    }

    bool poll(std::vector<logscan::Record>& out) override {
        const size_t had = out.size();
        bool came = false;
        if (!stream_ && !dead_ && Clock::now() >= next_call_) call();
        if (stream_) came = listen();
        if (!came && grouper_.anything_open() && Clock::now() - last_came_ >= quiet) grouper_.flush();
        for (logscan::Record record; grouper_.take(record);) {
            if (skip_ > 0) {
                --skip_;
                continue;
            }
            stats_.cut_bytes += record.cut_bytes;
            out.push_back(std::move(record));
        }
        return came || out.size() > had;
    }

    void set_running(bool running) override {
        if (running == running_) return;
        running_ = running;
        settled_ = false;
        next_call_ = Clock::now();
    }
    bool settled() const override { return !running_ && (settled_ || dead_) && !grouper_.anything_open(); }
    const logscan::SourceStats& stats() const override { return stats_; }

  private:
    void begin_with_last(size_t records, Deadline deadline) {
        const auto tail = find_tail(log_, records, deadline);
        if (!tail) return;  // the call fails likewise, and is told
        skip_ = tail->records - std::min(tail->records, records);
        if (tail->whole) return;
        since_ = tail->begin;
        begin_tail_ = 2 * tail->lines + usual_tail;
    }

    // What stands in the log already counts as read.
    void begin_at_end(Deadline deadline) {
        docker::LogOptions options;
        options.timestamps = true;
        options.tail = known_tail;
        uint64_t lines = 0;
        const auto feed = [&](const EngineMessage& message) {
            if (!message.time) return;
            ++lines;
            window_.add(*message.time, message.text);
        };
        const Status read = log_.engine->logs(
            log_.id, log_.tty, options,
            [&](const docker::Piece& piece) {
                cutter_.push(piece, feed);
                return true;
            },
            deadline);
        if (read) cutter_.finish(feed);
        if (lines >= known_tail) window_.cut_at_first();
    }

    void call() {
        docker::LogOptions options;
        options.timestamps = true;
        options.follow = true;
        const auto known = window_.begin();
        // Never before the place where following began.
        options.since = known && since_ ? std::max(*known, *since_) : known ? known : since_;
        window_.rewind();
        if (!all_) options.tail = known ? std::optional<uint64_t>(usual_tail) : begin_tail_;
        cutter_.reset();
        first_ = true;
        again_ = false;
        new_ = 0;
        running_when_called_ = running_;
        called_ = last_byte_ = Clock::now();
        stream_ = std::make_unique<EngineStream>(log_.engine, log_.id, log_.tty, std::move(options),
                                                 Deadline::in(longest_call), bell_);
    }

    bool listen() {
        const auto feed = [this](const EngineMessage& message) { take(message); };
        const uint64_t had = new_;
        const auto state = stream_->take(
            [&](const docker::Piece& piece) {
                stats_.bytes += piece.bytes.size();
                cutter_.push(piece, feed);
                return true;
            },
            Deadline::in(Millis(0)));
        const auto now = Clock::now();
        if (state == EngineStream::State::some) last_byte_ = now;
        if (state == EngineStream::State::ended) {
            const Status outcome = stream_->outcome();
            stream_.reset();
            cutter_.finish(feed);
            end_of_call(outcome);
        } else if (again_ || now - last_byte_ >= longest_silence) {
            stream_.reset();
            all_ = again_;
            next_call_ = now;
        }
        if (new_ == had) return state == EngineStream::State::some;
        last_came_ = now;
        return true;
    }

    void take(const EngineMessage& message) {
        if (again_) return;
        if (message.of_engine)
            return tell({ErrorCode::io,
                         fmt::format("{}: the engine says: {}", log_.service, printable(message.text)),
                         "journalctl -u docker -n 50"});
        if (message.time) {
            const bool was_first = std::exchange(first_, false);
            if (window_.seen(*message.time, message.text)) return;
            if (given_twice(message)) return;
            if (was_first && window_.awaits() && !all_) {
                again_ = true;
                return;
            }
            if (was_first && window_.awaits())
                tell({ErrorCode::io,
                      fmt::format("{}: the engine has rotated its log away: records may be missing",
                                  log_.service),
                      "logging options max-size and max-file say how much it keeps"});
            window_.add(*message.time, message.text);
        }
        ++new_;
        ++stats_.lines;
        grouper_.feed(line_of(message));
    }

    // Docker 20.10 gives the last line before a rotation a second time. Its own drivers count nanoseconds, so
    // no two lines have one; only the pieces of a long line do.
    bool given_twice(const EngineMessage& message) const {
        return message.feed && (log_.driver == "json-file" || log_.driver == "local") &&
               window_.holds(*message.time, message.text);
    }

    void end_of_call(const Status& outcome) {
        const auto now = Clock::now();
        if (again_) {
            all_ = true;
            next_call_ = now;
            return;
        }
        all_ = false;
        const bool gone = !outcome && outcome.error().code == ErrorCode::not_found;
        const bool going = !outcome && outcome.error().code == ErrorCode::conflict;  // being removed
        if (outcome || gone || going || now - called_ >= longest_call / 2) {
            settled_ = gone || (outcome && !running_when_called_ && new_ == 0);
            // At once: what a call misses at the container's end is there only until it is removed.
            pause_ = new_ > 0 ? Millis(0) : std::min(std::max(2 * pause_, first_pause), longest_pause);
            if (running_) pause_ = std::min(pause_, first_pause);
            next_call_ = now + pause_;
            told_ = false;
            return;
        }
        const Error error = judge_log_failure(outcome.error(), log_.service, log_.driver);
        dead_ = error.code == ErrorCode::unsupported;
        if (!std::exchange(told_, true)) tell(error);
        next_call_ = now + longest_pause;
    }

    void tell(Error error) {
        if (stats_.problems.size() < 100) stats_.problems.push_back(std::move(error));
    }

    EngineLog log_;
    std::function<void()> bell_;
    logscan::SourceStats stats_;
    MessageCutter cutter_;
    logscan::Grouper grouper_;
    SeenWindow window_;
    std::optional<WallTime> since_;       // nothing older is asked for
    std::optional<uint64_t> begin_tail_;  // as long as nothing was read
    size_t skip_ = 0;                     // records before those that were asked for

    std::unique_ptr<EngineStream> stream_;
    bool first_ = true;   // no message came in this call
    bool again_ = false;  // it did not reach back far enough
    bool all_ = false;    // look back over the whole log
    uint64_t new_ = 0;    // messages of this call
    bool running_ = true, running_when_called_ = true;
    bool settled_ = false, dead_ = false, told_ = false;
    Millis pause_ = first_pause;
    Clock::time_point called_, last_byte_, next_call_ = Clock::now(), last_came_ = Clock::now();
};

}  // namespace

std::unique_ptr<ContainerFollow> follow_by_engine(EngineLog log, const FollowBegin& begin,
                                                  std::function<void()> bell, Deadline deadline) {
    return std::make_unique<EngineFollow>(std::move(log), begin, std::move(bell), deadline);
}

}  // namespace logbook::logsource
