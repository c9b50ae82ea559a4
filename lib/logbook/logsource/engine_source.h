// One container's log, read through the engine's API to its end.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "logbook/docker/engine.h"
#include "logbook/logscan/source.h"

namespace logbook::logsource {

struct EngineLog {
    std::shared_ptr<const docker::Engine> engine;
    std::string id;
    bool tty = false;
    std::string driver;   // for messages
    std::string service;  // names the records
};

// See open_container_log(). With Interest::last, asks twice: where those records begin, and for them.
Result<std::unique_ptr<logscan::Source>> open_engine_log(EngineLog log, const logscan::Interest& interest,
                                                         Deadline deadline);

// The last lines of a log.
struct LogTail {
    std::optional<WallTime> begin;  // of the first line; nothing: the log has none
    bool whole = false;             // it is all that there is
    size_t records = 0;
    uint64_t lines = 0;  // that were asked for
};
// So much of the end of the log that `records` of them stand in it, or all of it.
Result<LogTail> find_tail(const EngineLog& log, size_t records, Deadline deadline);

}  // namespace logbook::logsource
