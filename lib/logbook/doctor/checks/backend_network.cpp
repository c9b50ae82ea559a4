// The backend shares a network with its database and its Redis: names are looked up only there.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/reach.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

using deployment::Role;

// The command that joins it again, under the name that the others know it by.
runbook::Step step_to_join(const deployment::Member& backend, const docker::Container& other) {
    if (other.networks.empty()) return {"Recreate both through Compose", {}, runbook::Risk::restart};
    return {"Join it again, under the name that the others know it by",
            fmt::format("docker network connect --alias {} {} {}", shell_quoted(backend.service),
                        shell_quoted(other.networks.front().network), shell_quoted(backend.container.name)),
            runbook::Risk::none};
}

Finding run(const Scene& scene) {
    const auto* containers = scene.containers();
    if (!containers) return not_applicable("this deployment runs without containers");
    const deployment::Member* backend = containers->deployment.of_role(Role::backend);
    if (!backend) return not_applicable("there is no backend container");
    for (const Role role : {Role::database, Role::cache}) {
        const deployment::Member* server = containers->deployment.of_role(role);
        if (!server || deployment::share_network(backend->container, server->container)) continue;
        // It may be meant to use another one.
        const Secret* host = backend->container.variable(role == Role::database ? "DB_HOST" : "REDIS_HOST");
        const auto answerer =
            deployment::who_answers(containers->deployment, backend, host ? host->reveal() : server->service);
        if (answerer.member != server) continue;
        Finding finding =
            failed(fmt::format("The backend is on no network with {}, so it cannot find it",
                               role == Role::database ? "its database" : "its Redis"),
                   {fmt::format("{} is on {}", printable(backend->container.name, 80),
                                backend->container.networks.empty()
                                    ? "no network"
                                    : printable(backend->container.networks.front().network, 80)),
                    fmt::format("{} is on {}", printable(server->container.name, 80),
                                server->container.networks.empty()
                                    ? "no network"
                                    : printable(server->container.networks.front().network, 80))});
        finding.fix = {step_to_join(*backend, server->container)};
        finding.proves = logbookctl_command(scene) + " health";
        return finding;
    }
    return passed();
}

}  // namespace

Check check_backend_network() {
    return {"backend.network",
            "the backend is on one network with its servers",
            {"engine.deployment"},
            {"backend.container", "backend.start", "backend.port", "backend.answers", "backend.health",
             "backend.database", "backend.cache", "container.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
