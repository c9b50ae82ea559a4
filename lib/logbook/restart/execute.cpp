// One function a kind of step; what is known of the deployment is read anew after each that changes it.
#include "logbook/restart/execute.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/restart/kept_log.h"
#include "logbook/restart/leftover.h"
#include "logbook/restart/readiness.h"
#include "logbook/restart/reread.h"
#include "logbook/restart/survey.h"

namespace logbook::restart {
namespace {

using deployment::Deployment;
using deployment::Member;
using docker::ContainerState;
using std::chrono::seconds;

constexpr Millis poll{250};
constexpr Millis one_look{4000};
constexpr Millis patience_with_refusal{5000};  // a server may still be making its users
constexpr int most_crashes = 2;
constexpr seconds database_grace{60};
constexpr size_t records_shown = 20;

// What a step came to: done (with words), or why not.
struct Outcome {
    StepOutcome outcome = StepOutcome::done;
    std::string said;
    bool odd = false;
    std::optional<Error> failure;
    std::optional<Refusal> refusal;
};

Outcome failed(Error error) {
    return {StepOutcome::failed, error.what, false, std::move(error), std::nullopt};
}

class Run {
  public:
    Run(const World& world, const Plan& plan, Deployment deployment, const Observer& observer,
        Deadline deadline)
        : world_(world), plan_(plan), observer_(observer), deadline_(deadline) {
        report_.now = std::move(deployment);
        for (const Step& step : plan.steps)
            report_.steps.push_back({step, StepOutcome::planned, {}, {}, false});
    }

    RunReport go();

  private:
    Outcome carry_out(const Step& step, Deadline deadline);
    Outcome stop(const Step& step, Deadline deadline);
    Outcome start(const Step& step, Deadline deadline);
    Outcome make(const Step& step, Deadline deadline);
    Outcome await(const Step& step, Deadline deadline);
    Outcome judge(const Step& step, Deadline deadline);
    Outcome probe_frontend(const Step& step, Deadline deadline);
    Outcome restart_frontend(const Step& step, Deadline deadline);

    void finish_failed(const Step& step, Outcome outcome);
    Status see(Deadline deadline);
    Status mend_names(const std::string& service, Deadline deadline);
    bool interrupted() const { return world_.interrupted && world_.interrupted(); }
    Deployment asking() const;
    std::vector<const Member*> members(const std::string& service) const;
    void tell_waiting(const Step& step, const std::string& said) const;

    const World& world_;
    const Plan& plan_;
    const Observer& observer_;
    Deadline deadline_;
    std::chrono::steady_clock::time_point step_began_{};
    RunReport report_;
};

std::vector<const Member*> Run::members(const std::string& service) const {
    std::vector<const Member*> found;
    for (const Member& member : report_.now.members)
        if (member.service == service) found.push_back(&member);
    return found;
}

// A backend that is made anew gets the rendered credentials; one that is only started keeps its own.
Deployment Run::asking() const {
    const bool made = plan_.has(Action::create, Role::backend) || plan_.has(Action::recreate, Role::backend);
    return made ? with_rendered_values(report_.now, world_.rendered) : report_.now;
}

Status Run::see(Deadline deadline) {
    auto fresh = reread(world_.engine, report_.now, deadline);
    if (!fresh) return fail(fresh.error());
    report_.now = std::move(*fresh);
    return {};
}

// Commands and people know a container by its name: one that Compose was kept from giving back is given here.
Status Run::mend_names(const std::string& service, Deadline deadline) {
    bool mended = false;
    for (const Member* member : members(service)) {
        const auto wanted = name_to_mend(report_.now, *member);
        if (!wanted) continue;
        if (Status renamed = world_.engine.rename(member->container.id, *wanted, deadline); !renamed)
            return renamed;
        mended = true;
    }
    return mended ? see(deadline) : Status();
}

void Run::tell_waiting(const Step& step, const std::string& said) const {
    if (observer_.waiting)
        observer_.waiting(step, std::chrono::duration_cast<Millis>(world_.clock.steady() - step_began_),
                          said);
}

Outcome Run::stop(const Step& step, Deadline deadline) {
    for (const Member* member : members(step.service)) {
        seconds grace(std::max(member->container.stop_timeout, 0));
        if (step.role == Role::database) grace = std::max(grace, database_grace);
        if (Status done = world_.engine.stop(member->container.id, grace, deadline); !done)
            if (done.error().code != ErrorCode::not_found) return failed(done.error());
    }
    if (Status seen = see(deadline); !seen) return failed(seen.error());
    return {};
}

Outcome Run::start(const Step& step, Deadline deadline) {
    const auto containers = members(step.service);
    if (containers.empty())
        return failed({ErrorCode::not_found,
                       fmt::format("{} has no container any more", printable(step.service, 60)),
                       "logbookctl restart " + shell_quoted(step.service)});
    for (const Member* member : containers)
        if (Status done = world_.engine.start(member->container.id, deadline); !done)
            return failed(done.error());
    if (Status seen = see(deadline); !seen) return failed(seen.error());
    if (Status mended = mend_names(step.service, deadline); !mended) return failed(mended.error());
    return {};
}

Outcome Run::make(const Step& step, Deadline deadline) {
    if (!world_.compose)
        return failed(
            {ErrorCode::unsupported, "no Compose program is at hand", "install Compose, then go on"});
    Outcome outcome;
    if (step.action == Action::recreate)
        for (const Member* member : members(step.service)) {
            const auto kept = keep_log(world_, step.service, member->container, deadline);
            if (!kept) return failed(kept.error());
            if (!*kept) continue;
            report_.kept_logs.push_back(**kept);
            outcome.said = "its log is kept in " + (*kept)->string();
        }
    if (Status made = compose_up(*world_.compose, step.service, deadline); !made) {
        (void)see(deadline_.at_most(one_look));
        return failed(made.error());
    }
    if (Status seen = see(deadline); !seen) return failed(seen.error());
    if (Status mended = mend_names(step.service, deadline); !mended) return failed(mended.error());
    if (members(step.service).empty())
        return failed({ErrorCode::not_found,
                       fmt::format("Compose made no container of {}", printable(step.service, 60)),
                       "docker compose up -d --no-deps " + shell_quoted(step.service)});
    if (const Staleness stale = compare(report_.now, world_.rendered);
        const StaleService* still = stale.of(step.service)) {
        // A port may be left to the engine; a variable may not.
        outcome.odd = true;
        outcome.said +=
            (outcome.said.empty() ? "" : "; ") + std::string("still different: ") + join(still->names, ", ");
    }
    return outcome;
}

Outcome Run::await(const Step& step, Deadline deadline) {
    const auto began = world_.clock.steady();
    std::optional<std::chrono::steady_clock::time_point> refused_since;
    std::optional<int> crashes_before;
    std::string said = "it does not run";
    for (bool first = true;; first = false) {
        if (!first) {
            if (deadline.passed())
                return failed({ErrorCode::timeout,
                               fmt::format("{} is not ready after {}: {}", printable(step.service, 60),
                                           human_duration(std::chrono::duration_cast<Millis>(
                                               world_.clock.steady() - began)),
                                           said),
                               "logbookctl doctor"});
            if (interrupted()) return {StepOutcome::interrupted, said, false, std::nullopt, std::nullopt};
            world_.clock.sleep(std::min(poll, std::max(deadline.remaining(), Millis(1))));
        }
        if (Status seen = see(deadline.at_most(one_look)); !seen) {
            said = seen.error().what;
            continue;
        }
        const auto containers = members(step.service);
        bool ready = !containers.empty(), odd = false;
        int crashes = 0;
        for (const Member* member : containers) {
            const docker::Container& container = member->container;
            crashes += container.restarts;
            if (container.state == ContainerState::exited || container.state == ContainerState::dead)
                return failed(
                    {ErrorCode::closed,
                     fmt::format("{} ended with exit code {}{}", printable(step.service, 60),
                                 container.exit_code, container.oom_killed ? " (out of memory)" : ""),
                     "logbookctl doctor"});
            if (container.state != ContainerState::running) {
                ready = false;
                said = "its container is " + std::string(docker::name_of(container.state));
                continue;
            }
            const Look look = look_at(world_, asking(), *member, deadline.at_most(one_look));
            said = look.said;
            ready = ready && look.answer == Answer::ready;
            odd = odd || look.odd;
            if (look.answer != Answer::refused) refused_since.reset();
            if (look.answer == Answer::refused && !refused_since) refused_since = world_.clock.steady();
        }
        if (ready) return {StepOutcome::done, said, odd, std::nullopt, std::nullopt};
        if (!crashes_before) crashes_before = crashes;
        if (crashes - *crashes_before >= most_crashes)
            return failed(
                {ErrorCode::closed,
                 fmt::format("{} ends again and again: {} since it was started", printable(step.service, 60),
                             counted(size_t(crashes - *crashes_before), "restart")),
                 "logbookctl doctor"});
        if (refused_since && world_.clock.steady() - *refused_since > patience_with_refusal) {
            Outcome outcome =
                failed({ErrorCode::auth,
                        fmt::format("{} refuses the credentials: {}", printable(step.service, 60), said),
                        "logbookctl doctor"});
            if (step.role == Role::database)
                outcome.failure->hint =
                    "it keeps the password that its volume was made with: put that one back into .env, or "
                    "set the "
                    "new one in the server (ALTER USER)\nlogbookctl doctor --only db.login";
            return outcome;
        }
        tell_waiting(step, said);
    }
}

Outcome Run::judge(const Step& step, Deadline deadline) {
    migration::WipeVerdict verdict;
    for (;;) {
        verdict = read_wipe_verdict(world_, asking(), deadline.at_most(one_look));
        if (verdict.trap != migration::WipeTrap::unknown || deadline.passed()) break;
        if (interrupted()) return {StepOutcome::interrupted, verdict.why, false, std::nullopt, std::nullopt};
        tell_waiting(step, verdict.why);
        world_.clock.sleep(poll);
    }
    if (verdict.allows_start())
        return {StepOutcome::done, verdict.why, verdict.trap == migration::WipeTrap::fresh, std::nullopt,
                std::nullopt};
    const Member* backend = report_.now.of_role(Role::backend);
    const bool stopped = !backend || backend->container.state != ContainerState::running;
    return {StepOutcome::refused, verdict.why, false, std::nullopt,
            wipe_refusal(verdict, report_.now, stopped)};
}

Outcome Run::restart_frontend(const Step& step, Deadline deadline) {
    for (const Member* member : members(step.service)) {
        const seconds grace(std::max(member->container.stop_timeout, 0));
        if (Status done = world_.engine.restart(member->container.id, grace, deadline); !done)
            return failed(done.error());
    }
    Step wait = step;
    wait.action = Action::await;
    return await(wait, deadline);
}

Outcome Run::probe_frontend(const Step& step, Deadline deadline) {
    bool restarted = false;
    constexpr Millis one_probe{12'000};  // nginx gives up on a dead address after five seconds and more
    for (;;) {
        if (Status seen = see(deadline.at_most(one_look)); !seen) return failed(seen.error());
        const auto containers = members(step.service);
        if (containers.empty())
            return {StepOutcome::done, "it has no container", true, std::nullopt, std::nullopt};
        const Passage passage =
            look_through(world_, report_.now, *containers.front(), deadline.at_most(one_probe));
        if (passage.frontend_passes || (!passage.gateway_error && passage.said.rfind("no way", 0) == 0))
            return {StepOutcome::done,
                    passage.said + (restarted ? ", after a restart: it held the backend's old address" : ""),
                    false, std::nullopt, std::nullopt};
        if (deadline.passed())
            return failed({ErrorCode::unreachable, "the frontend does not pass requests on: " + passage.said,
                           "logbookctl doctor --only frontend.proxy"});
        if (interrupted()) return {StepOutcome::interrupted, passage.said, false, std::nullopt, std::nullopt};
        if (passage.backend_answers && passage.gateway_error && !restarted) {
            restarted = true;
            tell_waiting(step, "it holds the backend's old address: restarting it");
            if (Outcome again = restart_frontend(step, deadline); again.outcome != StepOutcome::done)
                return again;
            continue;
        }
        tell_waiting(step, passage.said);
        world_.clock.sleep(poll);
    }
}

Outcome Run::carry_out(const Step& step, Deadline deadline) {
    switch (step.action) {
    case Action::stop:
        return stop(step, deadline);
    case Action::start:
        return start(step, deadline);
    case Action::create:
    case Action::recreate:
        return make(step, deadline);
    case Action::await:
        return await(step, deadline);
    case Action::judge:
        return judge(step, deadline);
    case Action::probe:
        return probe_frontend(step, deadline);
    }
    return {};
}

void Run::finish_failed(const Step& step, Outcome outcome) {
    // A failure within the whole run's last moment is its deadline's.
    const bool late = outcome.failure->code == ErrorCode::timeout && deadline_.passed();
    report_.ending = late ? Ending::out_of_time : Ending::failed;
    report_.failure = std::move(outcome.failure);
    if (const auto containers = members(step.service); !containers.empty()) {
        report_.records_of = containers.front()->container.name;
        report_.last_records = last_records(world_.engine, containers.front()->container, records_shown,
                                            Deadline::in(Millis(3000)));
    }
}

RunReport Run::go() {
    if (plan_.needs_compose() && std::any_of(plan_.steps.begin(), plan_.steps.end(), [](const Step& step) {
            return step.action == Action::recreate;
        }))
        if (Status made = prepare_log_folder(world_.log_folder); !made) {
            report_.ending = Ending::failed;
            report_.failure = made.error();
            return std::move(report_);
        }
    for (StepReport& report : report_.steps) {
        if (interrupted()) {
            report_.ending = Ending::interrupted;
            break;
        }
        if (observer_.began) observer_.began(report.step);
        step_began_ = world_.clock.steady();
        Outcome outcome = carry_out(report.step, deadline_.at_most(report.step.limit));
        report.outcome = outcome.outcome;
        report.said = printable(outcome.said);
        report.odd = outcome.odd;
        report.took = std::chrono::duration_cast<Millis>(world_.clock.steady() - step_began_);
        if (observer_.ended) observer_.ended(report);
        if (outcome.outcome == StepOutcome::done) continue;
        if (outcome.outcome == StepOutcome::interrupted) {
            report_.ending = Ending::interrupted;
        } else if (outcome.outcome == StepOutcome::refused) {
            report_.ending = Ending::refused;
            report_.refusal = std::move(outcome.refusal);
        } else {
            finish_failed(report.step, std::move(outcome));
        }
        break;
    }
    return std::move(report_);
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

RunReport execute(const World& world, const Plan& plan, Deployment deployment, const Observer& observer,
                  Deadline deadline) {
    return Run(world, plan, std::move(deployment), observer, deadline).go();
}

}  // namespace logbook::restart
