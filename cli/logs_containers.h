// The logs of the deployment's containers, for the `logs` commands without -f.
#pragma once

#include <string>
#include <vector>

#include "logbook/deployment/role.h"
#include "logs_sources.h"

namespace logbook::cli {

// A service of the deployment, whether or not it has a container now.
struct KnownService {
    std::string name;
    deployment::Role role = deployment::Role::other;
};

// What -s means. A service's name goes before a role's.
struct ServiceChoice {
    std::vector<std::string> services;
    std::vector<deployment::Role> roles;  // both empty: everything

    bool takes(const KnownService& service) const;
};

// Pure. Fails with `invalid` for a name that is neither, with the nearest one.
Result<ServiceChoice> choose_services(const std::vector<std::string>& wanted,
                                      const std::vector<KnownService>& known);

OrRefusal<Sources> container_sources(App& app, const LogsOptions& options, const logscan::Interest& interest);
OrRefusal<Sources> follow_containers(App& app, const LogsOptions& options, const FollowFrom& from);

}  // namespace logbook::cli
