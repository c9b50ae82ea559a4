// Use of many containers over one interval, all at once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/docker/engine.h"

namespace logbook::docker {

// Calls `work` for every index, on a few threads; the calling one takes part, so it ends also where no thread
// can be had.
void for_each_at_once(size_t count, const std::function<void(size_t)>& work);

// What is asked of the engine; called from several threads.
struct SampleCalls {
    std::function<Result<StatsReading>(const std::string& id)> reading;
    // The processor time of a container by another, faster way (see cgroup.h); nothing where there is none.
    std::function<std::optional<uint64_t>(const std::string& id)> processor_time;
};

// Two readings `interval` apart of each. Where the processor time comes directly, the engine is asked once
// only: the older ones give a reading out once a second, so two would take two.
std::vector<Sampled> sample_at_once(const std::vector<std::string>& ids, Millis interval, Deadline deadline,
                                    const SampleCalls& calls);

}  // namespace logbook::docker
