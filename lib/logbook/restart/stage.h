// What the steps of a running restart share: the deployment as it is now, and who is told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "logbook/restart/execute.h"

namespace logbook::restart {

// What a step came to: done (with words), or why not.
struct Outcome {
    StepOutcome outcome = StepOutcome::done;
    std::string said;
    bool odd = false;
    std::optional<Error> failure;
    std::optional<Refusal> refusal;
};
Outcome done_with(std::string said, bool odd = false);
Outcome failed_with(Error error);
Outcome interrupted_at(std::string said);

// How long one question to the engine or to a server may take.
constexpr Millis one_look{4000};

// Not thread-safe. What is referred to must outlive it.
class Stage {
  public:
    Stage(const World& of, const Plan& plan, const Observer& observer, deployment::Deployment deployment)
        : world(of), now(std::move(deployment)), plan_(plan), observer_(observer) {}

    const World& world;
    deployment::Deployment now;  // see() reads it anew

    void begin_step();
    Millis step_took() const;
    Status see(Deadline deadline);
    // Commands and people know a container by its name: one that Compose was kept from giving back is given
    // here.
    Status mend_names(const std::string& service, Deadline deadline);
    std::vector<const deployment::Member*> members(const std::string& service) const;  // until the next see()
    // Whose credentials are asked with.
    deployment::Deployment asking() const;
    bool interrupted() const { return world.interrupted && world.interrupted(); }
    void tell_waiting(const Step& step, const std::string& said) const;
    void tell_began(const Step& step) const;
    void tell_ended(const StepReport& report) const;

  private:
    const Plan& plan_;
    const Observer& observer_;
    std::chrono::steady_clock::time_point step_began_{};
};

}  // namespace logbook::restart
