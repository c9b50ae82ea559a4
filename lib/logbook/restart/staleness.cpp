// Comparing rendered services with running containers.
#include "logbook/restart/staleness.h"

#include <algorithm>
#include <set>

namespace logbook::restart {
namespace {

using deployment::ComposeModel;
using deployment::ComposeService;
using deployment::Deployment;
using deployment::Member;
using deployment::Role;

constexpr std::string_view key_names[] = {"ENCRYPTION_KEY", "ENCRYPTION_SALT", "SECRET_KEY"};

bool differs(const ComposeService& service, const docker::Container& container, std::string_view name) {
    const deployment::ServiceVariable* rendered = service.variable(name);
    const Secret* running = container.variable(name);
    if (!rendered || !rendered->value) return running != nullptr && !running->empty();
    return !running || !(*running == *rendered->value);
}

// A port is changed when its container was not made to publish it there. Ranges and drawn ports are not
// compared.
bool published_as(const docker::Container& container, const deployment::PublishedPort& port) {
    if (port.host_ports.empty() || port.host_ports.find('-') != std::string::npos) return true;
    return std::any_of(container.wanted_ports.begin(), container.wanted_ports.end(),
                       [&](const docker::Port& wanted) {
                           return wanted.container_port == port.target && wanted.protocol == port.protocol &&
                                  std::to_string(wanted.host_port) == port.host_ports;
                       });
}

// How the backend, and how a database's image, calls the same.
constexpr std::pair<std::string_view, std::string_view> database_names[] = {
    {"DB_NAME", "MYSQL_DATABASE"}, {"DB_USER", "MYSQL_USER"}, {"DB_PASSWORD", "MYSQL_PASSWORD"}};

void set_variable(docker::Container& container, std::string_view name, const Secret& value) {
    for (docker::EnvironmentValue& known : container.environment)
        if (known.name == name) {
            known.value = value;
            return;
        }
    container.environment.push_back({std::string(name), value});
}

void compare_service(const ComposeService& service, const docker::Container& container,
                     std::set<std::string>& names) {
    for (const deployment::ServiceVariable& variable : service.environment)
        if (variable.value && differs(service, container, variable.name)) names.insert(variable.name);
    for (const deployment::PublishedPort& port : service.ports)
        if (!published_as(container, port)) names.insert("port " + std::to_string(port.target));
}

}  // namespace

const StaleService* Staleness::of(std::string_view service) const {
    for (const StaleService& one : services)
        if (one.service == service) return &one;
    return nullptr;
}

Staleness compare(const Deployment& running, const ComposeModel& rendered) {
    Staleness found;
    for (const Member& member : running.members) {
        const ComposeService* service = rendered.service(member.service);
        if (!service || member.role != Role::backend) continue;
        for (const std::string_view name : key_names)
            if (differs(*service, member.container, name) &&
                std::find(found.keys.begin(), found.keys.end(), name) == found.keys.end())
                found.keys.emplace_back(name);
        found.database_password |= differs(*service, member.container, "DB_PASSWORD");
        found.cache_password |= differs(*service, member.container, "REDIS_PASSWORD");
    }
    for (const Member& member : running.members) {
        const ComposeService* service = rendered.service(member.service);
        if (!service) continue;
        std::set<std::string> names;
        compare_service(*service, member.container, names);
        if (member.role == Role::backend) names.insert(found.keys.begin(), found.keys.end());
        if (member.role == Role::cache && found.cache_password) names.insert("REDIS_PASSWORD");
        if (member.role == Role::database && names.count("MYSQL_ROOT_PASSWORD") > 0)
            found.root_password = true;
        if (names.empty() && is_redefined(member.container.compose, *service, rendered))
            names.insert("definition");
        if (names.empty() || found.of(member.service)) continue;
        found.services.push_back({member.service, {names.begin(), names.end()}});
    }
    found.moved = deployment::moved_mounts(running, rendered);
    return found;
}

Deployment with_rendered_values(Deployment running, const ComposeModel& rendered) {
    for (Member& member : running.members) {
        const ComposeService* service = rendered.service(member.service);
        if (!service || (member.role != Role::backend && member.role != Role::database)) continue;
        for (const deployment::ServiceVariable& variable : service->environment)
            if (variable.value) set_variable(member.container, variable.name, *variable.value);
    }
    // A backend that is still to be made will ask with its own values, whatever the database was made with.
    const ComposeService* backend = rendered.of_role(Role::backend);
    if (!backend || running.of_role(Role::backend)) return running;
    for (Member& member : running.members) {
        if (member.role != Role::database) continue;
        for (const auto& [asked, made] : database_names)
            if (const deployment::ServiceVariable* variable = backend->variable(asked);
                variable && variable->value)
                set_variable(member.container, made, *variable->value);
    }
    return running;
}

}  // namespace logbook::restart
