// One container's log as it is written, over any number of its starts: from the engine's file or from its
// API.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "logbook/logscan/source.h"
#include "logbook/logsource/container_log.h"
#include "logbook/logsource/engine_source.h"

namespace logbook::logsource {

// Where following begins. Nothing of all: with what comes from now on.
struct FollowBegin {
    bool beginning = false;
    std::optional<WallTime>
        since;  // `engine_margin` before it, or earlier: what is too old is left to the caller
    std::optional<size_t> last;  // the last so many records, and on
};

// Holds the log from its making on, whether or not it is polled. Not thread-safe.
class ContainerFollow {
  public:
    virtual ~ContainerFollow() = default;

    // What came, without waiting; false when nothing did. Bounded in one call.
    virtual bool poll(std::vector<logscan::Record>& out) = 0;

    // The container does not run any more (or runs again): `settled` asks whether all that it wrote was read.
    virtual void set_running(bool running) = 0;
    virtual bool settled() const = 0;

    virtual const logscan::SourceStats& stats() const = 0;
};

// `bell` is rung, from any thread, when a poll is worth while; a file rings nothing. It may be empty.
Result<std::unique_ptr<ContainerFollow>> follow_container(std::shared_ptr<const docker::Engine> engine,
                                                          const docker::Container& container, LogPlace place,
                                                          std::string service, const FollowBegin& begin,
                                                          std::function<void()> bell, Deadline deadline);

// The API alone.
std::unique_ptr<ContainerFollow> follow_by_engine(EngineLog log, const FollowBegin& begin,
                                                  std::function<void()> bell, Deadline deadline);

}  // namespace logbook::logsource
