// What went wrong lately, according to the containers' logs.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/docker/engine.h"
#include "logbook/probe/containers_probe.h"
#include "logbook/runbook/catalogue.h"

namespace logbook::doctor {

constexpr std::chrono::hours recent_log_span{1};

struct LoggedKind {
    const runbook::Entry* entry = nullptr;  // the catalogue's; null: the runbook does not know it
    std::string service, said;              // a stranger's text: not yet made printable
    uint64_t count = 0;
    std::optional<WallTime> last;
};

struct RecentLog {
    std::vector<LoggedKind> kinds;  // the gravest first
    std::optional<Error> ended;     // why it was not read to its end
    std::vector<Error> problems;    // logs of which nothing, or only a part, could be read
};

// `catalogue` must outlive what is returned.
RecentLog read_recent_log(const probe::ContainersReading& reading,
                          std::shared_ptr<const docker::Engine> engine, const runbook::Catalogue& catalogue,
                          WallTime now, Deadline deadline);

}  // namespace logbook::doctor
