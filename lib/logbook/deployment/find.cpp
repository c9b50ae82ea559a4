// Grouping and choosing.
#include "logbook/deployment/find.h"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

constexpr std::string_view shipped_prefixes[] = {"intranet-", "logbook-"};

std::string_view shipped_prefix(std::string_view name) {
    for (const std::string_view prefix : shipped_prefixes)
        if (name.substr(0, prefix.size()) == prefix) return prefix;
    return {};
}

Deployment& deployment_of(std::vector<Deployment>& all, const std::string& project, std::string_view prefix) {
    // Without Compose the prefix stands in for the project, held in `compose_version`'s absence.
    const std::string key = project.empty() ? std::string(prefix) : project;
    for (Deployment& known : all) {
        const std::string known_key = known.project.empty()
                                          ? std::string(shipped_prefix(known.members.front().container.name))
                                          : known.project;
        if (known_key == key && known.project.empty() == project.empty()) return known;
    }
    Deployment fresh;
    fresh.project = project;
    all.push_back(std::move(fresh));
    return all.back();
}

std::string named(const Deployment& deployment) {
    if (deployment.project.empty())
        return fmt::format("containers {}*", shipped_prefix(deployment.members.front().container.name));
    std::string text = "project " + printable(deployment.project, 80);
    if (!deployment.folder.empty()) text += " in " + printable(deployment.folder.string(), 200);
    return text;
}

// One line each, ready to paste.
std::string choices(const std::vector<const Deployment*>& candidates) {
    std::vector<std::string> lines;
    lines.reserve(candidates.size());
    for (const Deployment* candidate : candidates)
        lines.push_back(
            candidate->project.empty()
                ? named(*candidate)
                : fmt::format("-p {}   ({})", shell_quoted(candidate->project), named(*candidate)));
    return join(lines, "\n");
}

// The same folder by whatever spelling; a folder that is gone is compared as text.
bool same_folder(const std::filesystem::path& a, const std::filesystem::path& b) {
    std::error_code error;
    if (std::filesystem::equivalent(a, b, error)) return true;
    return a.lexically_normal() == b.lexically_normal();
}

}  // namespace

const Member* Deployment::of_role(Role role) const {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.role == role; });
    return found == members.end() ? nullptr : &*found;
}

const Member* Deployment::of_service(std::string_view service) const {
    const auto found =
        std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.service == service; });
    return found == members.end() ? nullptr : &*found;
}

std::vector<Deployment> group_deployments(const std::vector<docker::Container>& containers) {
    std::vector<Deployment> all;
    for (const docker::Container& container : containers) {
        const docker::ComposeLabels& compose = container.compose;
        const std::string_view prefix = shipped_prefix(container.name);
        if (compose.oneoff || (compose.project.empty() && prefix.empty())) continue;
        Member member;
        member.service = compose.project.empty() ? container.name.substr(prefix.size()) : compose.service;
        member.role = role_of(member.service, container.image);
        member.container = container;
        Deployment& deployment = deployment_of(all, compose.project, prefix);
        if (deployment.folder.empty()) deployment.folder = compose.working_dir;
        if (deployment.config_files.empty()) deployment.config_files = compose.config_files;
        if (deployment.compose_version.empty()) deployment.compose_version = compose.version;
        deployment.members.push_back(std::move(member));
    }
    for (Deployment& deployment : all)
        std::stable_sort(deployment.members.begin(), deployment.members.end(),
                         [](const Member& a, const Member& b) {
                             return std::tie(a.role, a.service, a.container.compose.number) <
                                    std::tie(b.role, b.service, b.container.compose.number);
                         });
    return all;
}

bool is_logbook(const Deployment& deployment) {
    if (deployment.of_role(Role::backend) &&
        (deployment.of_role(Role::database) || deployment.of_role(Role::cache)))
        return true;
    return std::any_of(deployment.members.begin(), deployment.members.end(),
                       [](const Member& m) { return !shipped_prefix(m.container.name).empty(); });
}

Result<Deployment> choose_deployment(const std::vector<Deployment>& all, const Wanted& wanted) {
    std::vector<const Deployment*> logbooks, here;
    for (const Deployment& deployment : all) {
        if (!wanted.project.empty()) {
            if (deployment.project == wanted.project) return deployment;
            continue;
        }
        if (!deployment.folder.empty() && same_folder(deployment.folder, wanted.folder))
            here.push_back(&deployment);
        if (is_logbook(deployment)) logbooks.push_back(&deployment);
    }
    if (!wanted.project.empty()) {
        std::vector<std::string> known;
        for (const Deployment& deployment : all)
            if (!deployment.project.empty()) known.push_back(printable(deployment.project, 80));
        const std::string near = nearest(wanted.project, known);
        return fail(ErrorCode::not_found,
                    fmt::format("the engine has no container of project `{}`", printable(wanted.project, 80)),
                    !near.empty()   ? "nearest: -p " + shell_quoted(near)
                    : known.empty() ? "it has no Compose project at all; start it: docker compose up -d"
                                    : "it has: " + join(known, ", "));
    }
    // Several projects of one folder (-p given to Compose) are as unclear as several folders.
    const auto& candidates = !here.empty() ? here : logbooks;
    if (here.empty() && wanted.folder_is_meant)
        return fail(ErrorCode::not_found,
                    fmt::format("the engine has no container of the project in {}", wanted.folder.string()),
                    logbooks.empty() ? "start it there: docker compose up -d"
                                     : "or choose:\n" + choices(logbooks));
    if (candidates.empty())
        return fail(ErrorCode::not_found, "the engine has no container of The Logbook",
                    "name its folder with -C, or its Compose project with -p");
    if (candidates.size() > 1)
        return fail(ErrorCode::conflict,
                    fmt::format("the engine runs {} deployments of The Logbook", candidates.size()),
                    "choose one:\n" + choices(candidates));
    return *candidates.front();
}

Status inspect_members(const docker::Engine& engine, Deployment& deployment, Deadline deadline) {
    std::vector<Member> there;
    for (Member& member : deployment.members) {
        auto container = engine.inspect(member.container.id, deadline);
        if (!container && container.error().code == ErrorCode::not_found) continue;
        if (!container) return fail(container.error());
        // The listing alone knows the addresses that a port is bound to.
        container->ports = std::move(member.container.ports);
        there.push_back({member.role, member.service, std::move(*container)});
    }
    deployment.members = std::move(there);
    return {};
}

}  // namespace logbook::deployment
