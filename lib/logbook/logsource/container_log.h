// Where one container's log is read: the engine's own file where this user may, else the engine's API; and
// the log as a source.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "logbook/deployment/find.h"
#include "logbook/docker/engine.h"
#include "logbook/logscan/source.h"

namespace logbook::logsource {

enum class LogAccess { automatic, api, file };

enum class LogPlace {
    api,
    file,
    nowhere,  // the container was never started: it has no log yet
};

// What reads_as_json_file() and the engine's address say about this machine.
struct LogReach {
    bool local_engine = false;   // its files are this machine's
    bool readable_file = false;  // log_path can be read here and is a json-file
    std::string obstacle;        // why it cannot: "Permission denied"
};

// Pure. Fails for LogAccess::file where the file cannot be read, with the reason and the next step, and for a
// driver that keeps nothing. Any driver but `none` may be read by the API: since Docker 20.10 the engine
// keeps a copy of what it sends away.
LOGBOOK_EXPORT Result<LogPlace> choose_log_place(const docker::Container& container, LogAccess wanted,
                                                 const LogReach& reach, const std::string& service);
LOGBOOK_EXPORT LogReach log_reach(const docker::Container& container, const docker::Endpoint& endpoint);

// How its records are named: the service, with its number from the second container on.
LOGBOOK_EXPORT std::string log_name(const deployment::Member& member);

// The whole log of an inspected container as a source; `service` names its records. Records are the same from
// either place. By the API, Interest::since and until are asked of the engine with `engine_margin` around
// them, so that a record which began before is known as such; with Interest::last, the engine is asked for no
// more lines than those records have. An engine that fails in the middle ends the log, with a problem in
// stats(). The deadline is that of the whole reading by the API.
LOGBOOK_EXPORT Result<std::unique_ptr<logscan::Source>>
open_container_log(std::shared_ptr<const docker::Engine> engine, const docker::Container& container,
                   LogPlace place, std::string service, const logscan::Interest& interest, Deadline deadline);
// A record whose lines are written further apart than this is cut by --since.
constexpr std::chrono::minutes engine_margin{10};

// What the engine's refusal to read a log means, with the service and its driver named.
Error judge_log_failure(const Error& error, const std::string& service, const std::string& driver);

}  // namespace logbook::logsource
