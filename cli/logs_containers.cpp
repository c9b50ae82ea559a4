// From services to sources.
#include "logs_containers.h"

#include <algorithm>
#include <fmt/format.h>

#include "containers.h"
#include "logbook/base/text.h"
#include "logbook/logsource/container_log.h"
#include "logbook/logsource/deployment_follow.h"

namespace logbook::cli {
namespace {

using deployment::Member;
using deployment::Role;
using logsource::LogAccess;
using logsource::LogPlace;

constexpr Role named_roles[] = {Role::database, Role::cache, Role::backend, Role::frontend, Role::proxy};

// A log of which nothing can be read: it is told with the other logs' problems, and they are shown.
class Unreadable final : public logscan::Source {
  public:
    Unreadable(std::string service, Error why) : service_(std::move(service)) {
        stats_.problems.push_back(std::move(why));
    }
    const std::string& service() const override { return service_; }
    Result<bool> read(std::vector<logscan::Record>&, Deadline) override { return false; }
    const logscan::SourceStats& stats() const override { return stats_; }

  private:
    std::string service_;
    logscan::SourceStats stats_;
};

LogAccess access_of(const LogsOptions& options) {
    return options.source == "api"    ? LogAccess::api
           : options.source == "file" ? LogAccess::file
                                      : LogAccess::automatic;
}

std::vector<KnownService> services_of(const Containers& containers) {
    std::vector<KnownService> known;
    for (const Member& member : containers.deployment.members) known.push_back({member.service, member.role});
    for (const deployment::ComposeService& service : containers.compose.model.services)
        if (!containers.deployment.of_service(service.name))
            known.push_back({service.name, deployment::role_of(service.name, service.image)});
    return known;
}

struct Chosen {
    Containers containers;
    std::vector<KnownService> known;
    ServiceChoice choice;
};

OrRefusal<Chosen> choose(App& app, const LogsOptions& options) {
    auto containers = open_containers(app);
    if (!containers) {
        Error error = containers.error();
        error.hint += error.hint.empty() ? "" : "\n";
        error.hint += "a log that is a file needs no engine: -f FILE";
        const ExitCode code = exit_code_for(error);
        return refuse(std::move(error), code == ExitCode::problem ? ExitCode::unknown : code);
    }
    Chosen chosen;
    chosen.known = services_of(*containers);
    chosen.containers = std::move(*containers);
    auto choice = choose_services(options.services, chosen.known);
    if (!choice) return refuse(choice.error(), ExitCode::usage);
    chosen.choice = std::move(*choice);
    return chosen;
}

Error no_container(const std::string& service) {
    return {ErrorCode::not_found,
            fmt::format("{} has no container, and a log goes with its container", printable(service, 60)),
            "logbookctl ps"};
}

}  // namespace

bool ServiceChoice::takes(const KnownService& service) const {
    if (services.empty() && roles.empty()) return true;
    return std::find(services.begin(), services.end(), service.name) != services.end() ||
           std::find(roles.begin(), roles.end(), service.role) != roles.end();
}

Result<ServiceChoice> choose_services(const std::vector<std::string>& wanted,
                                      const std::vector<KnownService>& known) {
    ServiceChoice choice;
    for (const std::string& name : wanted) {
        const auto is_named = [&](const KnownService& service) { return service.name == name; };
        if (std::any_of(known.begin(), known.end(), is_named)) {
            choice.services.push_back(name);
            continue;
        }
        const auto role = std::find_if(std::begin(named_roles), std::end(named_roles),
                                       [&](Role one) { return name == deployment::name_of(one); });
        const auto has_role = [&](const KnownService& service) { return service.role == *role; };
        if (role != std::end(named_roles) && std::any_of(known.begin(), known.end(), has_role)) {
            choice.roles.push_back(*role);
            continue;
        }
        std::vector<std::string> names, shown;
        for (const KnownService& service : known) {
            shown.push_back(printable(service.name, 60));
            names.push_back(service.name);
            if (service.role != Role::other) names.emplace_back(deployment::name_of(service.role));
        }
        const std::string near = nearest(name, names);
        return fail(ErrorCode::invalid,
                    fmt::format("the deployment has no service `{}`", printable(name, 60)),
                    !near.empty() ? "nearest: -s " + shell_quoted(printable(near, 60))
                                  : "it has: " + join(shown, ", "));
    }
    return choice;
}

OrRefusal<Sources> container_sources(App& app, const LogsOptions& options,
                                     const logscan::Interest& interest) {
    auto chosen = choose(app, options);
    if (!chosen) return tl::unexpected(chosen.error());
    const std::shared_ptr<const docker::Engine> engine = std::move(chosen->containers.engine);
    const LogAccess access = access_of(options);
    Sources sources;
    for (const Member& member : chosen->containers.deployment.members) {
        if (!chosen->choice.takes({member.service, member.role})) continue;
        const std::string name = logsource::log_name(member);
        const auto place = logsource::choose_log_place(
            member.container, access, logsource::log_reach(member.container, engine->endpoint()), name);
        if (!place && access == LogAccess::file) return refuse(place.error());
        if (!place) {
            sources.push_back(std::make_unique<Unreadable>(name, place.error()));
            continue;
        }
        if (*place == LogPlace::nowhere) continue;
        auto source =
            logsource::open_container_log(engine, member.container, *place, name, interest, app.deadline);
        // Gone since it was listed, or rotated away: the API says which.
        if (!source && access == LogAccess::automatic && *place == LogPlace::file)
            source = logsource::open_container_log(engine, member.container, LogPlace::api, name, interest,
                                                   app.deadline);
        if (!source) return refuse(source.error());
        sources.push_back(std::move(*source));
    }
    for (const KnownService& service : chosen->known)
        if (!options.services.empty() && chosen->choice.takes(service) &&
            !chosen->containers.deployment.of_service(service.name))
            sources.push_back(std::make_unique<Unreadable>(service.name, no_container(service.name)));
    if (sources.empty())
        return refuse({ErrorCode::not_found, "no container of the deployment has a log", "logbookctl ps"},
                      ExitCode::unknown);
    return sources;
}

OrRefusal<Sources> follow_containers(App& app, const LogsOptions& options, const FollowFrom& from) {
    auto chosen = choose(app, options);
    if (!chosen) return tl::unexpected(chosen.error());
    const std::shared_ptr<const docker::Engine> engine = std::move(chosen->containers.engine);
    logsource::DeploymentFollowOptions how;
    how.access = access_of(options);
    how.from_beginning = from.beginning;
    how.since = from.since;
    how.last = from.last;
    how.wanted = [choice = chosen->choice](const Member& member) {
        return choice.takes({member.service, member.role});
    };
    how.on_container = [&app](const docker::Container& container) {
        register_container_secrets(app, container);
    };
    if (how.access == LogAccess::file)
        for (const Member& member : chosen->containers.deployment.members) {
            if (!how.wanted(member)) continue;
            const auto place = logsource::choose_log_place(
                member.container, how.access, logsource::log_reach(member.container, engine->endpoint()),
                logsource::log_name(member));
            if (!place) return refuse(place.error());
        }
    auto source =
        logsource::follow_deployment(engine, chosen->containers.deployment, std::move(how), app.deadline);
    if (!source) return refuse(source.error());
    Sources sources;
    sources.push_back(std::move(*source));
    return sources;
}

}  // namespace logbook::cli
