// The engine's other things as values: itself, images, volumes, networks, events, disk usage; and their JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/json.h"
#include "logbook/base/secret.h"
#include "logbook/docker/container.h"

namespace logbook::docker {

struct EngineVersion {
    std::string version;  // "20.10.24+dfsg1"
    std::string api, least_api;
    std::string os, architecture, kernel;
    bool podman = false;
};

struct EngineInfo {
    std::string id, name, version, root_dir, storage_driver, log_driver, cgroup_driver, cgroup_version;
    std::string operating_system;
    int64_t containers = 0, running = 0, images = 0, memory = 0, processors = 0;
    bool rootless = false;
    // The engine's clock minus ours, by `system_time` against the middle of the request; nothing when it told
    // none.
    std::optional<WallTime> system_time;
    std::optional<Millis> clock_offset;
};

// One of the processes of a running container.
struct Process {
    int64_t pid = 0;      // on the engine's machine
    std::string command;  // with its arguments
};

struct Image {
    std::string id;
    std::vector<std::string> tags;  // "logbook-backend:latest"; empty: dangling
    std::map<std::string, std::string> labels;
    std::optional<WallTime> created;
    int64_t size = 0;
    // ---- known after inspect only
    std::vector<EnvironmentValue> environment;
    std::vector<Secret> entrypoint, command;
    std::string working_dir, user, architecture;
};

struct Volume {
    std::string name, driver, mountpoint;
    std::map<std::string, std::string> labels;
    std::optional<WallTime> created;
    std::optional<int64_t> size, references;  // disk_usage() tells them, and no other call
};

struct Network {
    struct Member {
        std::string container_id, name, address;
    };
    std::string id, name, driver;
    std::map<std::string, std::string> labels;
    std::vector<std::string> subnets, gateways;
    std::vector<Member> members;  // inspect only
    bool internal = false;
};

struct Event {
    std::string kind, action;                       // "container", "die", "health_status: unhealthy"
    std::string id;                                 // of the container, volume, …
    std::map<std::string, std::string> attributes;  // with the labels of a container; a stranger's text
    WallTime at{};
    int64_t nanoseconds = 0;  // since 1970: what tells two events of one moment apart
};

struct DiskUsage {
    struct Writable {
        std::string container_id, name;
        int64_t bytes = 0;
    };
    int64_t layers = 0;       // bytes of all images
    int64_t build_cache = 0;  // bytes
    std::vector<Image> images;
    std::vector<Volume> volumes;
    std::vector<Writable> containers;
};

// All pure, for any JSON; what cannot be such a thing fails with `protocol`.
LOGBOOK_EXPORT Result<EngineVersion> parse_version(const Json& document);
LOGBOOK_EXPORT Result<EngineInfo> parse_info(const Json& document);
LOGBOOK_EXPORT Result<Image> parse_image(const Json& document);
LOGBOOK_EXPORT Result<Volume> parse_volume(const Json& document);
LOGBOOK_EXPORT Result<Network> parse_network(const Json& document);
LOGBOOK_EXPORT Result<Event> parse_event(const Json& document);
// By the columns PID and COMMAND or CMD (or ARGS).
LOGBOOK_EXPORT Result<std::vector<Process>> parse_processes(const Json& document);
LOGBOOK_EXPORT Result<DiskUsage> parse_disk_usage(const Json& document);

}  // namespace logbook::docker
