// How far the backend's latest start came, by its log: its port stays closed until the start is done, and a
// development server outlives a start that failed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/doctor/finding.h"
#include "logbook/doctor/scene.h"

namespace logbook::doctor {

struct BackendStart {
    enum class State {
        unknown,  // the log does not tell
        going_on,
        done,
        failed,
    };
    State state = State::unknown;
    std::string said;  // going on: the phase it is in; failed: the last error line
};

// Pure. `log`: the end of the backend's log, as a person reads it; a later start hides an earlier one.
BackendStart read_start(std::string_view log);

// The same of the scene's backend; `unknown` where it answers, since then its start is done whatever the log
// says, and where it does not run.
LOGBOOK_EXPORT BackendStart start_of(const Scene& scene);

// The skip of a check that cannot be made until a start that is going on has ended; nothing otherwise.
std::optional<Finding> while_it_starts(const Scene& scene);

}  // namespace logbook::doctor
