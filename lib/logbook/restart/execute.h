// Carries a plan out, step by step; the first failure stops it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "logbook/restart/plan.h"
#include "logbook/restart/refusal.h"
#include "logbook/restart/world.h"

namespace logbook::restart {

enum class StepOutcome { planned, done, failed, refused, interrupted };
LOGBOOK_EXPORT std::string_view name_of(StepOutcome outcome);

struct StepReport {
    Step step;
    StepOutcome outcome = StepOutcome::planned;  // planned: not reached
    Millis took{0};
    std::string said;  // one line of evidence; a stranger's words made printable
    bool odd = false;  // done, and worth a look
};

enum class Ending { done, failed, refused, interrupted, out_of_time };
LOGBOOK_EXPORT std::string_view name_of(Ending ending);

struct RunReport {
    Ending ending = Ending::done;
    std::vector<StepReport> steps;  // every step of the plan
    std::optional<Error> failure;   // of `failed` and `out_of_time`
    std::string records_of;         // whose last records stand below
    std::vector<std::string> last_records;
    std::optional<Refusal> refusal;  // of `refused`
    std::vector<std::filesystem::path> kept_logs;
    deployment::Deployment now;  // as it was last seen
};

// Each may be empty.
struct Observer {
    std::function<void(const Step&)> began;
    std::function<void(const Step&, Millis, const std::string&)>
        waiting;  // again and again, with what it waits for
    std::function<void(const StepReport&)> ended;
};

// The caller holds the lock, and has asked refuse(). Every step has its own limit within `deadline`. Not
// thread-safe with itself.
LOGBOOK_EXPORT RunReport execute(const World& world, const Plan& plan, deployment::Deployment deployment,
                                 const Observer& observer, Deadline deadline);

}  // namespace logbook::restart
