// By the project's label where there is one.
#include "logbook/restart/reread.h"

namespace logbook::restart {
namespace {

using deployment::Deployment;
using deployment::Member;

Result<Deployment> listed_anew(const docker::Engine& engine, const Deployment& known, Deadline deadline) {
    docker::ContainerFilter filter;
    filter.labels = {"com.docker.compose.project=" + known.project};
    const auto containers = engine.list_containers(filter, deadline);
    if (!containers) return fail(containers.error());
    Deployment fresh = known;
    fresh.members.clear();
    for (Deployment& group : deployment::group_deployments(*containers))
        if (group.project == known.project) fresh.members = std::move(group.members);
    return fresh;
}

}  // namespace

Result<Deployment> reread(const docker::Engine& engine, const Deployment& known, Deadline deadline) {
    Deployment fresh = known;
    if (!known.project.empty()) {
        auto listed = listed_anew(engine, known, deadline);
        if (!listed) return fail(listed.error());
        fresh = std::move(*listed);
    }
    std::vector<Member> there;
    for (Member& member : fresh.members) {
        auto container = engine.inspect(member.container.id, deadline);
        if (!container && container.error().code == ErrorCode::not_found) continue;
        if (!container) return fail(container.error());
        // The listing alone knows the addresses that a port is bound to.
        if (!known.project.empty() || container->ports.empty())
            container->ports = std::move(member.container.ports);
        there.push_back({member.role, member.service, std::move(*container)});
    }
    fresh.members = std::move(there);
    return fresh;
}

}  // namespace logbook::restart
