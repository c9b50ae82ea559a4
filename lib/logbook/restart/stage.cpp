// Reading the deployment anew, and telling.
#include "logbook/restart/stage.h"

#include "logbook/restart/leftover.h"
#include "logbook/restart/reread.h"

namespace logbook::restart {

using deployment::Deployment;
using deployment::Member;

Outcome done_with(std::string said, bool odd) {
    return {StepOutcome::done, std::move(said), odd, std::nullopt, std::nullopt};
}

Outcome failed_with(Error error) {
    return {StepOutcome::failed, error.what, false, std::move(error), std::nullopt};
}

Outcome interrupted_at(std::string said) {
    return {StepOutcome::interrupted, std::move(said), false, std::nullopt, std::nullopt};
}

void Stage::begin_step() {
    step_began_ = world.clock.steady();
}

Millis Stage::step_took() const {
    return std::chrono::duration_cast<Millis>(world.clock.steady() - step_began_);
}

std::vector<const Member*> Stage::members(const std::string& service) const {
    std::vector<const Member*> found;
    for (const Member& member : now.members)
        if (member.service == service) found.push_back(&member);
    return found;
}

// A backend that is made anew gets the rendered credentials; one that is only started keeps its own.
Deployment Stage::asking() const {
    const bool made = plan_.has(Action::create, Role::backend) || plan_.has(Action::recreate, Role::backend);
    return made ? with_rendered_values(now, world.rendered) : now;
}

Status Stage::see(Deadline deadline) {
    auto fresh = reread(world.engine, now, deadline);
    if (!fresh) return fail(fresh.error());
    now = std::move(*fresh);
    return {};
}

Status Stage::mend_names(const std::string& service, Deadline deadline) {
    bool mended = false;
    for (const Member* member : members(service)) {
        const auto wanted = name_to_mend(now, *member);
        if (!wanted) continue;
        if (Status renamed = world.engine.rename(member->container.id, *wanted, deadline); !renamed)
            return renamed;
        mended = true;
    }
    return mended ? see(deadline) : Status();
}

void Stage::tell_waiting(const Step& step, const std::string& said) const {
    if (observer_.waiting) observer_.waiting(step, step_took(), said);
}

void Stage::tell_began(const Step& step) const {
    if (observer_.began) observer_.began(step);
}

void Stage::tell_ended(const StepReport& report) const {
    if (observer_.ended) observer_.ended(report);
}

}  // namespace logbook::restart
