// The engine's log call, which pushes, as something that is pulled: a thread reads ahead, a little and no
// more.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "logbook/docker/engine.h"

namespace logbook::logsource {

// One call of Engine::logs. For one caller; what it reads ahead is bounded by `most_ahead`.
class EngineStream {
  public:
    static constexpr size_t most_ahead = 256 << 10;

    // Begins to read at once. `options.stopped` is set here. The deadline is that of the whole call. `bell`
    // is rung from the reading thread when something came, or the end; it may be empty.
    EngineStream(std::shared_ptr<const docker::Engine> engine, std::string id, bool tty,
                 docker::LogOptions options, Deadline deadline, std::function<void()> bell = {});
    // Ends the call: takes a tenth of a second at the most.
    ~EngineStream();
    EngineStream(const EngineStream&) = delete;
    EngineStream& operator=(const EngineStream&) = delete;

    enum class State { some, nothing, ended };
    // Hands what was read to `sink`; waits for something until the deadline. `ended` comes after everything
    // was handed on.
    State take(const docker::PieceSink& sink, Deadline deadline);
    // How the call ended; asked after `ended`.
    const Status& outcome() const { return outcome_; }

  private:
    struct Mark {
        docker::Channel channel;
        bool begins, ends;
        size_t size;
    };
    struct Batch {
        std::string bytes;
        std::vector<Mark> marks;
    };
    void run(docker::LogOptions options, Deadline deadline);
    bool put(const docker::Piece& piece);
    bool stopping();

    std::shared_ptr<const docker::Engine> engine_;
    std::string id_;
    bool tty_;
    std::function<void()> bell_;
    Batch taken_;  // the caller's

    std::mutex mutex_;
    std::condition_variable room_, came_;
    Batch ahead_;
    bool stop_ = false, ended_ = false;
    Status outcome_;

    std::thread thread_;  // last: begins when all else is there
};

}  // namespace logbook::logsource
