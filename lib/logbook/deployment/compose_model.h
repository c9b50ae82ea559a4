// What a project's Compose files mean, all together: services with what they need, publish and are given.
// Read from one merged document, whether Compose rendered it or we did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"
#include "logbook/base/secret.h"
#include "logbook/deployment/role.h"
#include "logbook/docker/container.h"
#include "logbook/yaml/tree.h"

namespace logbook::deployment {

// One name of `environment:`. Any value may be a secret.
struct ServiceVariable {
    std::string name;
    std::optional<Secret> value;  // none: taken from the environment that Compose runs in
};

struct ServiceDependency {
    std::string service;
    std::string condition = "service_started";  // or service_healthy, service_completed_successfully
    bool required = true;
};

struct PublishedPort {
    std::string host_ip;     // empty: every address
    std::string host_ports;  // "3001", "8000-8010"; empty: the engine draws one
    uint16_t target = 0;     // inside the container
    std::string protocol = "tcp";
};

struct ServiceMount {
    enum class Kind { bind, volume, other };
    Kind kind = Kind::other;
    std::string source;  // a path of the host, or the volume's key; empty: anonymous
    std::string target;
    bool read_only = false;
};

struct ComposeService {
    std::string name;
    std::string image;  // empty where it is only built
    bool built = false;
    std::string build_folder,
        dockerfile;              // of `build:`, as written: relative to the project's folder, to that one
    std::string container_name;  // empty: Compose makes one of project, service and number
    std::string restart;
    std::vector<std::string> profiles;  // empty: always on
    std::vector<ServiceVariable> environment;
    std::vector<ServiceDependency> depends_on;
    std::vector<PublishedPort> ports;
    std::vector<ServiceMount> mounts;
    std::string hash;  // of the whole definition, as this Compose labels its containers; empty: not told
    bool has_healthcheck = false;  // of the Compose file; an image may have its own
    uint64_t memory_limit = 0;     // bytes; 0: none

    LOGBOOK_EXPORT const ServiceVariable* variable(std::string_view name) const;
    Role role() const { return role_of(name, image); }
};

struct ComposeVolume {
    std::string key;   // in the file
    std::string name;  // in the engine; empty: project_key
    bool external = false;
};

struct ComposeModel {
    std::string project;  // empty where no file names it
    std::string
        version;  // of the Compose that rendered it: only its own containers' hashes are alike; empty: none
    std::vector<ComposeService> services;
    std::vector<ComposeVolume> volumes;

    LOGBOOK_EXPORT const ComposeService* service(std::string_view name) const;
    // The first service of a role; nullptr when there is none.
    LOGBOOK_EXPORT const ComposeService* of_role(Role role) const;
    LOGBOOK_EXPORT std::string service_name(Role role) const;  // empty when there is none
};

// Whether Compose would make the container anew, by the hash of the service's definition. Never true where it
// cannot be told: without a hash, when another version of Compose made the container, or when it was made
// with
// --no-deps. Pure.
LOGBOOK_EXPORT bool is_redefined(const docker::ComposeLabels& made, const ComposeService& service,
                                 const ComposeModel& model);

// `document`: merged, interpolated and normalised (compose_merge.h). Pure. Fails with `protocol` where there
// is no `services:` mapping; what else it does not understand is left out.
Result<ComposeModel> read_compose_model(const yaml::Node& document, std::string_view name);

// "1024M", "768m", "1.5g", "1073741824" → bytes; 0 for what is no size.
uint64_t compose_bytes(std::string_view text);

}  // namespace logbook::deployment
