// The backend's latest start did not fail: its container may run on without it.
#include "logbook/doctor/backend_start.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/doctor/checks/checks.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

// The application's own limits: nine minutes and more of database tries, half an hour of migrations, an hour
// for the first start.
constexpr std::chrono::minutes longest_start{100};

Finding failed_start(const Scene& scene, const BackendStart& start) {
    Finding finding =
        failed("The backend's start failed, and its container runs on without it", {start.said});
    finding.meaning = "Under its development server the process stays, Docker calls it running and starting, "
                      "and nothing starts it "
                      "again.";
    const deployment::Member* backend = scene.containers()->deployment.of_role(deployment::Role::backend);
    finding.fix = {
        {"Let the runbook read its log",
         fmt::format("{} logs scan -s {}", logbookctl_command(scene), shell_quoted(backend->service)),
         runbook::Risk::none},
        {"When the cause is mended, make sure that a start is harmless (it must not say STOP)",
         logbookctl_command(scene) + " doctor --only db.wipe_trap", runbook::Risk::none},
        {"Start it again",
         fmt::format("{} restart {}", compose_command(scene), shell_quoted(backend->service)),
         runbook::Risk::restart}};
    finding.proves = logbookctl_command(scene) + " health --wait 60s";
    return finding;
}

Finding run(const Scene& scene) {
    if (!scene.containers()) return not_applicable("this deployment runs without containers");
    const BackendStart start = start_of(scene);
    const docker::Container* backend = scene.containers()->of_role(deployment::Role::backend);
    switch (start.state) {
    case BackendStart::State::failed:
        return failed_start(scene, start);
    case BackendStart::State::going_on: {
        const Millis since = backend->started
                                 ? std::chrono::duration_cast<Millis>(scene.now() - *backend->started)
                                 : Millis(0);
        const std::string phase = start.said.empty() ? "its log names no phase yet" : start.said;
        if (since > longest_start)
            return failed(fmt::format("The backend has been starting for {}", human_duration(since)),
                          {phase});
        return undetermined(fmt::format("the backend is starting, for {}: {}", human_duration(since), phase));
    }
    case BackendStart::State::done:
    case BackendStart::State::unknown:
        break;
    }
    return passed();
}

}  // namespace

Check check_backend_start() {
    return {"backend.start",
            "the backend's latest start did not fail",
            {"backend.container"},
            {"backend.port", "backend.answers", "backend.health", "backend.database", "backend.cache",
             "container.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
