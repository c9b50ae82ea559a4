// The engine has the containers of this deployment.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

// After `down` there is nothing left but the volumes.
Finding all_gone(const Scene& scene) {
    const std::vector<std::string> volumes = database_volumes(scene);
    Finding finding =
        volumes.empty()
            ? failed("The deployment was never started, or is gone: the engine has no container of it")
            : failed("The deployment is down; its database is only a volume that nothing refers to");
    finding.seen.push_back(fmt::format("the Compose files have {}, the engine has no container of them",
                                       counted(scene.compose().model.services.size(), "service")));
    const std::string database = scene.compose().model.service_name(deployment::Role::database);
    if (!database.empty())
        finding.fix.push_back(
            {"Bring up the database alone, and look at it",
             fmt::format("{} up -d --no-deps {}", compose_command(scene), shell_quoted(database)),
             runbook::Risk::restart});
    finding.fix.push_back({"It must not say STOP", logbookctl_command(scene) + " doctor --only db.wipe_trap",
                           runbook::Risk::none});
    finding.fix.push_back({"Then the rest", compose_command(scene) + " up -d", runbook::Risk::restart});
    if (!volumes.empty()) {
        finding.data_at_stake = true;
        finding.seen.push_back("volume " + join(volumes, ", "));
        finding.meaning = "Every row is in that volume. Cleaning up the engine would delete it.";
        finding.never = {"docker volume prune, docker system prune --volumes, docker compose down -v"};
    }
    finding.proves = logbookctl_command(scene) + " ps";
    return finding;
}

Finding run(const Scene& scene) {
    const auto* containers = scene.containers();
    if (!containers) return not_applicable("this deployment runs without containers");
    if (containers->choice_failure && containers->choice_failure->code == ErrorCode::conflict) {
        Finding finding = undetermined(containers->choice_failure->what + "; say which one is meant with -p");
        finding.seen = split(containers->choice_failure->hint, '\n');
        return finding;
    }
    if (containers->deployment.members.empty()) return all_gone(scene);
    return passed(fmt::format("{} of project {}", counted(containers->deployment.members.size(), "container"),
                              printable(containers->deployment.project, 80)));
}

}  // namespace

Check check_engine_deployment() {
    return {"engine.deployment",
            "the engine has the deployment's containers",
            {"engine.reachable"},
            {"db.host", "db.connect", "cache.host", "cache.connect", "backend.port", "backend.answers",
             "backend.health", "backend.database", "backend.cache", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
