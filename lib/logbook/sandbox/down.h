// Ends a sandbox from outside, by what its state file says.
#pragma once

#include <filesystem>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"

namespace logbook::sandbox {

struct DownReport {
    bool supervisor_was_alive = false;
    size_t killed = 0;  // processes that had to be killed
};

// Asks the supervisor to end, waits, kills what is left, and removes the folder. Only processes that the
// state file names with their start time are signalled, and only a folder that is surely ours is removed;
// otherwise read_state()'s failures.
LOGBOOK_EXPORT Result<DownReport> take_down(const std::filesystem::path& folder, Deadline deadline);

}  // namespace logbook::sandbox
