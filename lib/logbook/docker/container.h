// A container as the engine describes it, and how that is read from the engine's JSON.
// Names, labels and outputs are a stranger's text, carried as they came: a view passes them through
// printable(). Whatever may hold a secret of the application is a Secret value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/json.h"
#include "logbook/base/secret.h"

namespace logbook::docker {

enum class ContainerState { unknown, created, running, paused, restarting, removing, exited, dead };
enum class Health { none, starting, healthy, unhealthy };  // none: it has no healthcheck

LOGBOOK_EXPORT std::string_view name_of(ContainerState state);  // "running"
LOGBOOK_EXPORT std::string_view name_of(Health health);         // "unhealthy"

// One run of the healthcheck. The output may hold secrets: mask it.
struct HealthRun {
    std::optional<WallTime> started, ended;
    int exit_code = 0;
    std::string output;
};

struct Healthcheck {
    std::vector<Secret> test;  // {"CMD", …} or {"CMD-SHELL", command}
    Millis interval{0}, timeout{0}, start_period{0};
    int retries = 0;
};

struct Port {
    std::string host_address;  // "0.0.0.0"; empty when not published
    uint16_t host_port = 0;    // 0: not published
    uint16_t container_port = 0;
    std::string protocol;  // "tcp"

    friend bool operator==(const Port&, const Port&) = default;
};

struct Attachment {  // to one network
    std::string network, network_id;
    std::string address, address6, gateway;  // empty while the container does not run
    std::vector<std::string> aliases;
};

struct Mount {
    std::string kind;    // "bind", "volume", "tmpfs"
    std::string volume;  // its name, of a volume
    std::string source, destination;
    bool writable = true;
};

struct EnvironmentValue {
    std::string name;
    Secret value;
};

// What Compose writes in labels; empty where it did not make the container. Compose 1.29 writes no
// `depends_on`.
struct ComposeLabels {
    struct Dependency {
        std::string service, condition;  // "mysql", "service_healthy"
    };
    std::string project, service, version, config_hash, working_dir;
    std::vector<std::string> config_files;
    int number = 0;
    bool oneoff = false;
    std::optional<std::vector<Dependency>> depends_on;  // nothing: the label is absent
};

struct RestartPolicy {
    std::string name = "no";  // "no", "always", "unless-stopped", "on-failure"
    int most_retries = 0;     // of "on-failure"; 0: no limit

    friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

// A value. A listing fills what stands above the line; `inspect` fills everything.
struct Container {
    std::string id;    // 64 hex digits
    std::string name;  // without the slash in front
    std::string image, image_id;
    std::map<std::string, std::string> labels;
    ComposeLabels compose;
    ContainerState state = ContainerState::unknown;
    Health health = Health::none;
    std::optional<WallTime> created;
    std::vector<Port> ports;
    std::vector<Attachment> networks;
    std::vector<Mount> mounts;
    // ---- known after inspect only
    bool inspected = false;
    std::vector<HealthRun> health_runs;  // oldest first; the engine keeps five
    int failing_streak = 0;
    std::optional<Healthcheck> healthcheck;
    int restarts = 0;
    RestartPolicy restart_policy;
    int exit_code = 0;  // of the last end
    bool oom_killed = false;
    int64_t pid = 0;                            // on the engine's machine; 0: not running
    std::string error;                          // why the engine could not start it
    std::optional<WallTime> started, finished;  // nothing: never
    std::vector<Secret> command;                // path and arguments, as they are run
    std::vector<EnvironmentValue> environment;
    std::string user, hostname, network_mode, working_dir;
    std::vector<Port> wanted_ports;        // as it was made to publish, also while it does not run
    std::vector<std::string> extra_hosts;  // "name:address"
    int64_t memory_limit = 0;              // bytes; 0: none
    std::string log_driver;
    std::string log_path;  // of the json-file driver, on the engine's machine
    std::map<std::string, std::string> log_options;
    bool tty = false;       // its log has no frames
    int stop_timeout = 10;  // seconds of grace
    bool auto_remove = false;

    // The value of a variable of its environment; nullptr when it has none of that name.
    LOGBOOK_EXPORT const Secret* variable(std::string_view name) const;
};

// Both pure, for any JSON at all: what is absent or of another type stays empty, and what cannot be a
// container (no object, no id) fails with `protocol`.
LOGBOOK_EXPORT Result<Container> parse_listed(const Json& element);
LOGBOOK_EXPORT Result<Container> parse_inspected(const Json& document);

// A list of "NAME=value" texts.
LOGBOOK_EXPORT std::vector<EnvironmentValue> parse_environment(const Json& object, std::string_view key);

LOGBOOK_EXPORT ComposeLabels parse_compose_labels(const std::map<std::string, std::string>& labels);

// RFC 3339 with any fraction and zone; nothing for the engine's zero time ("0001-01-01T00:00:00Z") and for
// what is no time.
LOGBOOK_EXPORT std::optional<WallTime> parse_engine_time(std::string_view text);

}  // namespace logbook::docker
