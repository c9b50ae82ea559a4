// Two batches: one is filled while the other is read.
#include "logbook/logsource/engine_stream.h"

namespace logbook::logsource {
namespace {

// Empty frames are counted too, or a hostile engine could send them for ever.
constexpr size_t most_marks = 16 << 10;

}  // namespace

EngineStream::EngineStream(std::shared_ptr<const docker::Engine> engine, std::string id, bool tty,
                           docker::LogOptions options, Deadline deadline, std::function<void()> bell)
    : engine_(std::move(engine)), id_(std::move(id)), tty_(tty), bell_(std::move(bell)) {
    thread_ = std::thread([this, options = std::move(options), deadline] { run(options, deadline); });
}

EngineStream::~EngineStream() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    room_.notify_all();
    thread_.join();
}

bool EngineStream::stopping() {
    const std::lock_guard lock(mutex_);
    return stop_;
}

void EngineStream::run(docker::LogOptions options, Deadline deadline) {
    options.stopped = [this] { return stopping(); };
    Status outcome = engine_->logs(
        id_, tty_, options, [this](const docker::Piece& piece) { return put(piece); }, deadline);
    {
        const std::lock_guard lock(mutex_);
        outcome_ = std::move(outcome);
        ended_ = true;
        came_.notify_all();
    }
    if (bell_) bell_();
}

bool EngineStream::put(const docker::Piece& piece) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] {
        return stop_ || (ahead_.bytes.size() < most_ahead && ahead_.marks.size() < most_marks);
    });
    if (stop_) return false;
    ahead_.bytes += piece.bytes;
    ahead_.marks.push_back({piece.channel, piece.begins, piece.ends, piece.bytes.size()});
    came_.notify_all();
    lock.unlock();
    if (bell_) bell_();
    return true;
}

EngineStream::State EngineStream::take(const docker::PieceSink& sink, Deadline deadline) {
    taken_.bytes.clear();
    taken_.marks.clear();
    {
        std::unique_lock lock(mutex_);
        came_.wait_until(lock, deadline.at(), [this] { return ended_ || !ahead_.marks.empty(); });
        if (ahead_.marks.empty()) return ended_ ? State::ended : State::nothing;
        std::swap(taken_, ahead_);
    }
    room_.notify_all();
    size_t at = 0;
    for (const Mark& mark : taken_.marks) {
        (void)sink(
            {mark.channel, mark.begins, mark.ends, std::string_view(taken_.bytes).substr(at, mark.size)});
        at += mark.size;
    }
    return State::some;
}

}  // namespace logbook::logsource
