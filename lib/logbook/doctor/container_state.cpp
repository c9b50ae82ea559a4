// Judging a container's state.
#include "logbook/doctor/container_state.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

using deployment::Role;
using docker::Container;
using docker::ContainerState;

constexpr int killed_by_signal_9 = 137;
constexpr int few_restarts = 3;

bool is_current_folder(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::equivalent(folder, std::filesystem::current_path(ignored), ignored);
}

std::string since(const Scene& scene, const Container& container) {
    if (!container.finished) return {};
    const auto passed = std::chrono::duration_cast<Millis>(scene.now() - *container.finished);
    return passed > Millis(0) ? ", " + human_duration(passed) + " ago" : std::string();
}

std::string mebibytes(int64_t bytes) {
    return fmt::format("{} MiB", bytes >> 20);
}

// A start brings the backend's own danger with it; the database's start does not.
runbook::Step first_look_at_the_trap(const Scene& scene) {
    return {"Make sure that a start of the backend is harmless (it must not say STOP)",
            logbookctl_command(scene) + " doctor --only db.wipe_trap", runbook::Risk::none};
}

std::vector<runbook::Step> steps_to_start(const Scene& scene, Role role, const std::string& service,
                                          const std::string& verb) {
    std::vector<runbook::Step> steps;
    if (role == Role::backend) steps.push_back(first_look_at_the_trap(scene));
    steps.push_back({"Start it", fmt::format("{} {} {}", compose_command(scene), verb, shell_quoted(service)),
                     runbook::Risk::restart});
    return steps;
}

// While the database cannot be read, nobody knows whether a start of the backend would wipe it.
void guard_the_database(Finding& finding, Role role) {
    if (role == Role::database)
        finding.never.emplace_back(
            "starting, restarting or recreating the backend before doctor has read the database again");
}

Finding missing(const Scene& scene, const deployment::ComposeService& planned, Role role,
                std::string_view title) {
    Finding finding =
        failed(fmt::format("{} has no container: it was removed, or never made", title),
               {fmt::format("the Compose files have the service {}, the engine has no container of it",
                            printable(planned.name, 80))});
    finding.fix = steps_to_start(scene, role, planned.name, "up -d --no-deps");
    if (role == Role::database) {
        const std::vector<std::string> volumes = database_volumes(scene);
        finding.data_at_stake = !volumes.empty();
        if (!volumes.empty()) {
            finding.meaning = fmt::format(
                "Its data is only in the volume {}, which no container refers to: a prune deletes it.",
                join(volumes, ", "));
            finding.never = {"docker volume prune, docker system prune --volumes, docker compose down -v"};
        }
    }
    guard_the_database(finding, role);
    finding.proves = logbookctl_command(scene) + " ps";
    return finding;
}

Finding not_started(const Scene& scene, const deployment::Member& member, std::string_view title) {
    const std::string said = printable(member.container.error, 300);
    const bool port = contains(said, "port is already allocated") || contains(said, "address already in use");
    Finding finding =
        port ? failed(fmt::format("{} cannot start: a port that it publishes is taken", title), {said})
        : said.empty() ? failed(fmt::format("{} was made and never started", title))
                       : failed(fmt::format("{} could not be started by the engine", title), {said});
    if (port)
        for (const docker::Port& wanted : member.container.wanted_ports) {
            if (wanted.host_port == 0) continue;
            for (const host::Listener& holder : scene.listeners(wanted.host_port))
                if (!holder.program.empty())
                    finding.seen.push_back(fmt::format("{} (process {}) holds {}:{}",
                                                       printable(holder.program, 40), holder.pid.value_or(0),
                                                       holder.address, wanted.host_port));
            finding.fix.push_back({"See who holds the port",
                                   fmt::format("sudo ss -ltnp 'sport = :{}'", wanted.host_port),
                                   runbook::Risk::none});
        }
    for (runbook::Step& step : steps_to_start(scene, member.role, member.service, "up -d --no-deps"))
        finding.fix.push_back(std::move(step));
    return finding;
}

Finding ended(const Scene& scene, const deployment::Member& member, std::string_view title) {
    const Container& container = member.container;
    const std::string name = printable(container.name, 80);
    Finding finding;
    if (container.oom_killed) {
        finding = failed(fmt::format("{} was killed for want of memory", title),
                         {fmt::format("{} ended with exit code {}{}; its limit is {}", name,
                                      container.exit_code, since(scene, container),
                                      container.memory_limit > 0 ? mebibytes(container.memory_limit)
                                                                 : "the machine's memory")});
        finding.meaning =
            "The kernel ended it. It comes back by a start, and ends again unless it gets more memory.";
        finding.fix.push_back(
            {"See what the others use", logbookctl_command(scene) + " stats", runbook::Risk::none});
        finding.fix.push_back({fmt::format("Raise the memory limit of {} in the Compose file, or add memory",
                                           printable(member.service, 80)),
                               {},
                               runbook::Risk::none});
    } else {
        const std::string how = container.exit_code == killed_by_signal_9 ? "was killed"
                                : container.exit_code == 0                ? "is stopped"
                                                                          : "has ended with an error";
        finding = failed(fmt::format("{} {}", title, how),
                         {fmt::format("{} ended with exit code {}{}", name, container.exit_code,
                                      since(scene, container))});
        finding.fix.push_back({"Read its last words",
                               fmt::format("{} logs show -s {} --tail 40", logbookctl_command(scene),
                                           shell_quoted(member.service)),
                               runbook::Risk::none});
    }
    if (!container.error.empty()) finding.seen.push_back(printable(container.error, 300));
    for (runbook::Step& step : steps_to_start(scene, member.role, member.service, "start"))
        finding.fix.push_back(std::move(step));
    guard_the_database(finding, member.role);
    finding.proves = logbookctl_command(scene) + " ps";
    return finding;
}

Finding paused(const Scene& scene, const deployment::Member& member, std::string_view title) {
    Finding finding = failed(fmt::format("{} is paused: it holds its connections and answers nothing", title),
                             {fmt::format("{} is paused", printable(member.container.name, 80))});
    finding.fix = {{"Let it go on",
                    fmt::format("{} unpause {}", compose_command(scene), shell_quoted(member.service)),
                    runbook::Risk::none}};
    finding.proves = logbookctl_command(scene) + " ps";
    return finding;
}

Finding looping(const Scene& scene, const deployment::Member& member, std::string_view title) {
    const Container& container = member.container;
    Finding finding =
        failed(fmt::format("{} ends and is started again, over and over", title),
               {fmt::format("{}: {}, last exit code {}{}", printable(container.name, 80),
                            counted(size_t(std::max(container.restarts, 0)), "restart"), container.exit_code,
                            container.oom_killed ? " (killed for want of memory)" : "")});
    finding.fix = {
        {"Read its last words",
         fmt::format("{} logs show -s {} --tail 60", logbookctl_command(scene), shell_quoted(member.service)),
         runbook::Risk::none}};
    if (member.role == Role::backend)
        finding.fix.push_back({"Stop the loop while you look; the policy comes back with `up -d`",
                               fmt::format("docker update --restart=no {}", shell_quoted(container.name)),
                               runbook::Risk::none});
    finding.proves = logbookctl_command(scene) + " ps";
    return finding;
}

// Restarted lately, though just now it runs.
bool restarts_now(const Scene& scene, const Container& container) {
    if (container.restarts < few_restarts || !container.started) return false;
    return scene.now() - *container.started < std::chrono::minutes(2);
}

}  // namespace

std::string compose_command(const Scene& scene) {
    const auto* containers = scene.containers();
    const bool first = containers && containers->deployment.compose_version.rfind("1.", 0) == 0;
    std::string command = first ? "docker-compose" : "docker compose";
    if (!is_current_folder(scene.project_dir()))
        command += " --project-directory " + shell_quoted(scene.project_dir().string());
    return command;
}

std::string logbookctl_command(const Scene& scene) {
    if (is_current_folder(scene.project_dir())) return "logbookctl";
    return "logbookctl -C " + shell_quoted(scene.project_dir().string());
}

std::vector<std::string> database_volumes(const Scene& scene) {
    std::vector<std::string> names;
    const auto* containers = scene.containers();
    if (!containers) return names;
    const auto& model = scene.compose().model;
    const deployment::ComposeService* database = model.of_role(Role::database);
    for (const docker::Volume& volume : containers->volumes) {
        const auto key_label = volume.labels.find("com.docker.compose.volume");
        const std::string key = key_label != volume.labels.end() ? key_label->second : std::string();
        const bool planned =
            database && std::any_of(database->mounts.begin(), database->mounts.end(),
                                    [&](const deployment::ServiceMount& mount) {
                                        return mount.kind == deployment::ServiceMount::Kind::volume &&
                                               (mount.source == key || mount.source == volume.name);
                                    });
        const bool named = contains(volume.name, "mysql") || contains(volume.name, "mariadb");
        if (planned || (!database && named)) names.push_back(printable(volume.name, 120));
    }
    return names;
}

Finding judge_container(const Scene& scene, Role role, std::string_view title) {
    const auto* containers = scene.containers();
    if (!containers) return not_applicable("this deployment runs without containers");
    const deployment::Member* member = containers->deployment.of_role(role);
    if (!member) {
        const deployment::ComposeService* planned = scene.compose().model.of_role(role);
        if (!planned) return not_applicable("the deployment has no such service");
        return missing(scene, *planned, role, title);
    }
    const Container& container = member->container;
    switch (container.state) {
    case ContainerState::created:
        return not_started(scene, *member, title);
    case ContainerState::exited:
    case ContainerState::dead:
        // A port that is taken can also end a container that ran before.
        return contains(container.error, "port is already allocated") ? not_started(scene, *member, title)
                                                                      : ended(scene, *member, title);
    case ContainerState::paused:
        return paused(scene, *member, title);
    case ContainerState::restarting:
        return looping(scene, *member, title);
    case ContainerState::removing:
        return undetermined(fmt::format("{} is just being removed", printable(container.name, 80)));
    case ContainerState::running:
    case ContainerState::unknown:
        break;
    }
    if (restarts_now(scene, container)) return looping(scene, *member, title);
    return passed(fmt::format("{} runs", printable(container.name, 80)));
}

}  // namespace logbook::doctor
