// Following the engine's file: it lives on, open, when its container is removed.
#include "logbook/logsource/container_follow.h"

#include "logbook/logsource/follow.h"

namespace logbook::logsource {
namespace {

using Clock = std::chrono::steady_clock;

// The engine writes what a container said last a moment after its end.
constexpr Millis settling{400};

class FileFollow final : public ContainerFollow {
  public:
    explicit FileFollow(std::unique_ptr<logscan::Source> file) : file_(std::move(file)) {}

    bool poll(std::vector<logscan::Record>& out) override {
        const uint64_t had = file_->stats().bytes;
        const auto came = file_->read(out, Deadline::in(Millis(0)));
        const bool some = (came && *came) || file_->stats().bytes != had;
        if (some)
            quiet_since_.reset();
        else if (!quiet_since_)
            quiet_since_ = Clock::now();
        return some;
    }

    void set_running(bool running) override {
        if (running_ != running) quiet_since_.reset();
        running_ = running;
    }
    bool settled() const override {
        return !running_ && quiet_since_ && Clock::now() - *quiet_since_ >= settling;
    }
    const logscan::SourceStats& stats() const override { return file_->stats(); }

  private:
    std::unique_ptr<logscan::Source> file_;
    bool running_ = true;
    std::optional<Clock::time_point> quiet_since_;  // a look found nothing
};

}  // namespace

Result<std::unique_ptr<ContainerFollow>> follow_container(std::shared_ptr<const docker::Engine> engine,
                                                          const docker::Container& container, LogPlace place,
                                                          std::string service, const FollowBegin& begin,
                                                          std::function<void()> bell, Deadline deadline) {
    if (place == LogPlace::file) {
        FollowOptions options;
        options.from_beginning = begin.beginning || (begin.since && !begin.last);
        options.last = begin.last;
        auto file = follow_file(container.log_path, std::move(service), options);
        if (!file) return fail(file.error());
        return std::make_unique<FileFollow>(std::move(*file));
    }
    EngineLog log{std::move(engine), container.id, container.tty, container.log_driver, std::move(service)};
    return follow_by_engine(std::move(log), begin, std::move(bell), deadline);
}

}  // namespace logbook::logsource
