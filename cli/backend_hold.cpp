// Stopping and starting.
#include "backend_hold.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/restart/execute.h"
#include "logbook/restart/survey.h"
#include "restart_scene.h"

namespace logbook::cli {

Result<std::vector<std::string>> stop_backend(App& app, const docker::Engine& engine,
                                              const deployment::Deployment& deployment) {
    constexpr std::chrono::seconds grace(30);
    bool any = false;
    std::vector<std::string> stopped;
    for (const deployment::Member& member : deployment.members) {
        if (member.role != deployment::Role::backend) continue;
        any = true;
        const docker::ContainerState state = member.container.state;
        if (state != docker::ContainerState::running && state != docker::ContainerState::restarting &&
            state != docker::ContainerState::paused)
            continue;
        const std::string name = printable(member.container.name, 80);
        if (!app.global.quiet) {
            app.err.line(fmt::format(
                "stopping {} (where this is cut off it stays so: logbookctl restart backend)", name));
            (void)app.err.flush();
        }
        if (Status done = engine.stop(member.container.id, grace, app.deadline); !done) {
            if (!stopped.empty()) app.err.line("logbookctl: stopped already: " + join(stopped, ", "));
            return fail(done.error());
        }
        stopped.push_back(name);
    }
    if (!any)
        return fail(ErrorCode::not_found, "there is no backend's container to stop",
                    "stop the backend yourself, then leave --stop-backend out");
    return stopped;
}

Status start_backend(App& app) {
    auto scene = open_restart_scene(app);
    if (!scene) return fail(scene.error());
    const restart::World world = world_of(app, *scene, true);
    const deployment::Member* backend = scene->found.deployment.of_role(deployment::Role::backend);
    if (!backend)
        return fail(ErrorCode::not_found, "the backend's container is gone", "docker compose up -d backend");
    auto plan = restart::make_plan(
        restart::list_services(scene->found.deployment, scene->found.compose.model, scene->stale),
        {{backend->service}, false});
    if (!plan) return fail(plan.error());
    const restart::RunReport report =
        restart::execute(world, *plan, scene->found.deployment, {}, app.deadline);
    if (report.ending == restart::Ending::done) return {};
    if (report.refusal)
        return fail(ErrorCode::declined, report.refusal->what, join(report.refusal->next, "\n"));
    if (report.failure) return fail(*report.failure);
    return fail(ErrorCode::io, "the backend was not started", "logbookctl restart backend");
}

}  // namespace logbook::cli
