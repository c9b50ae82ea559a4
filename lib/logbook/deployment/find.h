// Which containers are The Logbook: grouped by Compose project, told apart by role, one deployment chosen or
// the question handed back.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/deployment/role.h"
#include "logbook/docker/engine.h"

namespace logbook::deployment {

struct Member {
    Role role = Role::other;
    std::string service;  // Compose's name; without Compose what follows the prefix of the container's name
    docker::Container container;
};

// A value. Members stand by role (database first), then by service and number.
struct Deployment {
    std::string project;  // empty where Compose did not make the containers
    std::filesystem::path folder;
    std::vector<std::string> config_files;
    std::string compose_version;  // that made the containers; empty: none did
    std::vector<Member> members;

    LOGBOOK_EXPORT const Member* of_role(Role role) const;
    LOGBOOK_EXPORT const Member* of_service(std::string_view service) const;
};

// Pure. One-off containers (`compose run`) belong to no deployment. Containers without Compose's labels
// belong together when their names begin with a prefix of the shipped stacks ("logbook-", "intranet-").
LOGBOOK_EXPORT std::vector<Deployment> group_deployments(const std::vector<docker::Container>& containers);

// Whether it is The Logbook: a backend beside a database or a cache, or a shipped container name.
LOGBOOK_EXPORT bool is_logbook(const Deployment& deployment);

struct Wanted {
    std::string project;           // -p, or COMPOSE_PROJECT_NAME; empty: not said
    std::filesystem::path folder;  // -C, absolute
    bool folder_is_meant = false;  // -C was given, or the folder holds Compose files: no other one will do
};

// Pure. Fails with `not_found`, telling which deployments there are, and with `conflict` where several could
// be meant: the hint names each with the option that chooses it.
LOGBOOK_EXPORT Result<Deployment> choose_deployment(const std::vector<Deployment>& all, const Wanted& wanted);

// Replaces each member's container by what `inspect` says of it, one after the other: the engine answers each
// in a few milliseconds. One that vanished meanwhile is left out.
LOGBOOK_EXPORT Status inspect_members(const docker::Engine& engine, Deployment& deployment,
                                      Deadline deadline);

}  // namespace logbook::deployment
