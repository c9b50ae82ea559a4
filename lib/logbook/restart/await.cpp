// Looking again and again, until it is so or the deadline comes.
#include "logbook/restart/await.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/restart/readiness.h"
#include "logbook/restart/survey.h"

namespace logbook::restart {
namespace {

using deployment::Member;
using docker::ContainerState;
using std::chrono::seconds;

constexpr Millis poll{250};
constexpr Millis patience_with_refusal{5000};  // a server may still be making its users
constexpr int most_crashes = 2;

}  // namespace

Outcome await_ready(Stage& stage, const Step& step, Deadline deadline) {
    const auto began = stage.world.clock.steady();
    std::optional<std::chrono::steady_clock::time_point> refused_since;
    std::optional<int> crashes_before;
    std::string said = "it does not run";
    for (bool first = true;; first = false) {
        if (!first) {
            if (deadline.passed())
                return failed_with({ErrorCode::timeout,
                                    fmt::format("{} is not ready after {}: {}", printable(step.service, 60),
                                                human_duration(std::chrono::duration_cast<Millis>(
                                                    stage.world.clock.steady() - began)),
                                                said),
                                    "logbookctl doctor"});
            if (stage.interrupted()) return interrupted_at(said);
            stage.world.clock.sleep(std::min(poll, std::max(deadline.remaining(), Millis(1))));
        }
        if (Status seen = stage.see(deadline.at_most(one_look)); !seen) {
            said = seen.error().what;
            continue;
        }
        const auto containers = stage.members(step.service);
        bool ready = !containers.empty(), odd = false;
        int crashes = 0;
        for (const Member* member : containers) {
            const docker::Container& container = member->container;
            crashes += container.restarts;
            if (container.state == ContainerState::exited || container.state == ContainerState::dead)
                return failed_with(
                    {ErrorCode::closed,
                     fmt::format("{} ended with exit code {}{}", printable(step.service, 60),
                                 container.exit_code, container.oom_killed ? " (out of memory)" : ""),
                     "logbookctl doctor"});
            if (container.state != ContainerState::running) {
                ready = false;
                said = "its container is " + std::string(docker::name_of(container.state));
                continue;
            }
            const Look look = look_at(stage.world, stage.asking(), *member, deadline.at_most(one_look));
            said = look.said;
            ready = ready && look.answer == Answer::ready;
            odd = odd || look.odd;
            if (look.answer != Answer::refused) refused_since.reset();
            if (look.answer == Answer::refused && !refused_since) refused_since = stage.world.clock.steady();
        }
        if (ready) return {StepOutcome::done, said, odd, std::nullopt, std::nullopt};
        if (!crashes_before) crashes_before = crashes;
        if (crashes - *crashes_before >= most_crashes)
            return failed_with(
                {ErrorCode::closed,
                 fmt::format("{} ends again and again: {} since it was started", printable(step.service, 60),
                             counted(size_t(crashes - *crashes_before), "restart")),
                 "logbookctl doctor"});
        if (refused_since && stage.world.clock.steady() - *refused_since > patience_with_refusal) {
            Outcome outcome =
                failed_with({ErrorCode::auth,
                             fmt::format("{} refuses the credentials: {}", printable(step.service, 60), said),
                             "logbookctl doctor"});
            if (step.role == Role::database)
                outcome.failure->hint =
                    "it keeps the password that its volume was made with: put that one back into .env, or "
                    "set the "
                    "new one in the server (ALTER USER)\nlogbookctl doctor --only db.login";
            return outcome;
        }
        stage.tell_waiting(step, said);
    }
}

Outcome judge_tables(Stage& stage, const Step& step, Deadline deadline) {
    migration::WipeVerdict verdict;
    for (;;) {
        verdict = read_wipe_verdict(stage.world, stage.asking(), deadline.at_most(one_look));
        if (verdict.trap != migration::WipeTrap::unknown || deadline.passed()) break;
        if (stage.interrupted()) return interrupted_at(verdict.why);
        stage.tell_waiting(step, verdict.why);
        stage.world.clock.sleep(poll);
    }
    if (verdict.allows_start())
        return {StepOutcome::done, verdict.why, verdict.trap == migration::WipeTrap::fresh, std::nullopt,
                std::nullopt};
    const Member* backend = stage.now.of_role(Role::backend);
    const bool stopped = !backend || backend->container.state != ContainerState::running;
    return {StepOutcome::refused, verdict.why, false, std::nullopt,
            wipe_refusal(verdict, stage.now, stopped)};
}

namespace {

Outcome restart_frontend(Stage& stage, const Step& step, Deadline deadline) {
    for (const Member* member : stage.members(step.service)) {
        const seconds grace(std::max(member->container.stop_timeout, 0));
        if (Status done = stage.world.engine.restart(member->container.id, grace, deadline); !done)
            return failed_with(done.error());
    }
    Step wait = step;
    wait.action = Action::await;
    return await_ready(stage, wait, deadline);
}

}  // namespace

Outcome probe_through(Stage& stage, const Step& step, Deadline deadline) {
    bool restarted = false;
    constexpr Millis one_probe{12'000};  // nginx gives up on a dead address after five seconds and more
    for (;;) {
        if (Status seen = stage.see(deadline.at_most(one_look)); !seen) return failed_with(seen.error());
        const auto containers = stage.members(step.service);
        if (containers.empty())
            return {StepOutcome::done, "it has no container", true, std::nullopt, std::nullopt};
        const Passage passage =
            look_through(stage.world, stage.now, *containers.front(), deadline.at_most(one_probe));
        if (passage.frontend_passes || (!passage.gateway_error && passage.said.rfind("no way", 0) == 0))
            return {StepOutcome::done,
                    passage.said + (restarted ? ", after a restart: it held the backend's old address" : ""),
                    false, std::nullopt, std::nullopt};
        if (deadline.passed())
            return failed_with({ErrorCode::unreachable,
                                "the frontend does not pass requests on: " + passage.said,
                                "logbookctl doctor --only frontend.proxy"});
        if (stage.interrupted()) return interrupted_at(passage.said);
        if (passage.backend_answers && passage.gateway_error && !restarted) {
            restarted = true;
            stage.tell_waiting(step, "it holds the backend's old address: restarting it");
            if (Outcome again = restart_frontend(stage, step, deadline); again.outcome != StepOutcome::done)
                return again;
            continue;
        }
        stage.tell_waiting(step, passage.said);
        stage.world.clock.sleep(poll);
    }
}

}  // namespace logbook::restart
