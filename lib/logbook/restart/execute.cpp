// Step after step; what is known of the deployment is read anew after each that changes it.
#include "logbook/restart/execute.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/restart/await.h"
#include "logbook/restart/kept_log.h"
#include "logbook/restart/leftover.h"

namespace logbook::restart {
namespace {

using deployment::Member;
using std::chrono::seconds;

constexpr seconds database_grace{60};
constexpr size_t records_shown = 20;

Outcome stop(Stage& stage, const Step& step, Deadline deadline) {
    for (const Member* member : stage.members(step.service)) {
        seconds grace(std::max(member->container.stop_timeout, 0));
        if (step.role == Role::database) grace = std::max(grace, database_grace);
        if (Status done = stage.world.engine.stop(member->container.id, grace, deadline); !done)
            if (done.error().code != ErrorCode::not_found) return failed_with(done.error());
    }
    if (Status seen = stage.see(deadline); !seen) return failed_with(seen.error());
    return {};
}

Outcome start(Stage& stage, const Step& step, Deadline deadline) {
    const auto containers = stage.members(step.service);
    if (containers.empty())
        return failed_with({ErrorCode::not_found,
                            fmt::format("{} has no container any more", printable(step.service, 60)),
                            "logbookctl restart " + printable(shell_quoted(step.service))});
    for (const Member* member : containers)
        if (Status done = stage.world.engine.start(member->container.id, deadline); !done)
            return failed_with(done.error());
    if (Status seen = stage.see(deadline); !seen) return failed_with(seen.error());
    if (Status mended = stage.mend_names(step.service, deadline); !mended) return failed_with(mended.error());
    return {};
}

Outcome make(Stage& stage, const Step& step, std::vector<std::filesystem::path>& kept_logs,
             Deadline deadline) {
    if (!stage.world.compose)
        return failed_with(
            {ErrorCode::unsupported, "no Compose program is at hand", "install Compose, then go on"});
    Outcome outcome;
    if (step.action == Action::recreate)
        for (const Member* member : stage.members(step.service)) {
            const auto kept = keep_log(stage.world, step.service, member->container, deadline);
            if (!kept) return failed_with(kept.error());
            if (!*kept) continue;
            kept_logs.push_back(**kept);
            outcome.said = "its log is kept in " + (*kept)->string();
        }
    for (const Member* member : stage.members(step.service))
        if (is_unborn(stage.now, *member))
            if (Status gone = stage.world.engine.remove(member->container.id, false, deadline); !gone)
                return failed_with(gone.error());
    if (Status made = compose_up(*stage.world.compose, step.service, deadline); !made) {
        (void)stage.see(Deadline::in(one_look));
        return failed_with(made.error());
    }
    if (Status seen = stage.see(deadline); !seen) return failed_with(seen.error());
    if (Status mended = stage.mend_names(step.service, deadline); !mended) return failed_with(mended.error());
    if (stage.members(step.service).empty())
        return failed_with({ErrorCode::not_found,
                            fmt::format("Compose made no container of {}", printable(step.service, 60)),
                            "docker compose up -d --no-deps " + printable(shell_quoted(step.service))});
    if (const Staleness stale = compare(stage.now, stage.world.rendered);
        const StaleService* still = stale.of(step.service)) {
        // A port may be left to the engine; a variable may not.
        outcome.odd = true;
        outcome.said +=
            (outcome.said.empty() ? "" : "; ") + std::string("still different: ") + join(still->names, ", ");
    }
    return outcome;
}

Outcome carry_out(Stage& stage, const Step& step, std::vector<std::filesystem::path>& kept_logs,
                  Deadline deadline) {
    switch (step.action) {
    case Action::stop:
        return stop(stage, step, deadline);
    case Action::start:
        return start(stage, step, deadline);
    case Action::create:
    case Action::recreate:
        return make(stage, step, kept_logs, deadline);
    case Action::await:
        return await_ready(stage, step, deadline);
    case Action::judge:
        return judge_tables(stage, step, deadline);
    case Action::probe:
        return probe_through(stage, step, deadline);
    }
    return {};
}

void put_failure(const Stage& stage, const Step& step, Error failure, Deadline whole, RunReport& report) {
    // A failure within the whole run's last moment is its deadline's.
    const bool late = failure.code == ErrorCode::timeout && whole.passed();
    report.ending = late ? Ending::out_of_time : Ending::failed;
    report.failure = std::move(failure);
    const auto containers = stage.members(step.service);
    if (containers.empty()) return;
    const docker::Container& container = containers.front()->container;
    report.records_of = container.name;
    report.last_records =
        last_records(stage.world.engine, container, records_shown, Deadline::in(Millis(3000)));
}

bool recreates(const Plan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(),
                       [](const Step& step) { return step.action == Action::recreate; });
}

void run_steps(Stage& stage, Deadline whole, RunReport& report) {
    for (StepReport& one : report.steps) {
        if (stage.interrupted()) {
            report.ending = Ending::interrupted;
            return;
        }
        stage.begin_step();
        stage.tell_began(one.step);
        Outcome outcome = carry_out(stage, one.step, report.kept_logs, whole.at_most(one.step.limit));
        one.outcome = outcome.outcome;
        one.said = printable(outcome.said);
        one.odd = outcome.odd;
        one.took = stage.step_took();
        stage.tell_ended(one);
        switch (outcome.outcome) {
        case StepOutcome::planned:
        case StepOutcome::done:
            continue;
        case StepOutcome::interrupted:
            report.ending = Ending::interrupted;
            return;
        case StepOutcome::refused:
            report.ending = Ending::refused;
            report.refusal = std::move(outcome.refusal);
            return;
        case StepOutcome::failed:
            put_failure(stage, one.step, outcome.failure.value_or(Error{}), whole, report);
            return;
        }
    }
}

}  // namespace

std::string_view name_of(StepOutcome outcome) {
    switch (outcome) {
    case StepOutcome::planned:
        return "planned";
    case StepOutcome::done:
        return "done";
    case StepOutcome::failed:
        return "failed";
    case StepOutcome::refused:
        return "refused";
    case StepOutcome::interrupted:
        return "interrupted";
    }
    return "?";
}

std::string_view name_of(Ending ending) {
    switch (ending) {
    case Ending::done:
        return "done";
    case Ending::failed:
        return "failed";
    case Ending::refused:
        return "refused";
    case Ending::interrupted:
        return "interrupted";
    case Ending::out_of_time:
        return "out_of_time";
    }
    return "?";
}

RunReport execute(const World& world, const Plan& plan, deployment::Deployment deployment,
                  const Observer& observer, Deadline deadline) {
    RunReport report;
    for (const Step& step : plan.steps) report.steps.push_back({step, StepOutcome::planned, {}, {}, false});
    Stage stage(world, plan, observer, std::move(deployment));
    // Before anything is stopped: a log that cannot be kept would be lost with its container.
    const Status folder = recreates(plan) ? prepare_log_folder(world.log_folder) : Status();
    if (folder) {
        run_steps(stage, deadline, report);
    } else {
        report.ending = Ending::failed;
        report.failure = folder.error();
    }
    report.now = std::move(stage.now);
    return report;
}

}  // namespace logbook::restart
