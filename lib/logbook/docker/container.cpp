// Containers out of the engine's two forms of JSON: the listing's element and inspect's document.
#include "logbook/docker/container.h"

#include <algorithm>
#include <tuple>

#include "logbook/base/text.h"
#include "logbook/docker/fields.h"

namespace logbook::docker {
namespace {

constexpr std::string_view state_names[] = {"unknown",    "created",  "running", "paused",
                                            "restarting", "removing", "exited",  "dead"};
constexpr std::string_view health_names[] = {"none", "starting", "healthy", "unhealthy"};

ContainerState state_of(std::string_view text) {
    const auto* at = std::find(std::begin(state_names), std::end(state_names), text);
    return at == std::end(state_names) ? ContainerState::unknown
                                       : ContainerState(at - std::begin(state_names));
}

Health health_of(std::string_view text) {
    const auto* at = std::find(std::begin(health_names), std::end(health_names), text);
    return at == std::end(health_names) ? Health::none : Health(at - std::begin(health_names));
}

// A listing tells the health only in its words: "Up 7 minutes (healthy)".
Health health_in(std::string_view status) {
    if (contains(status, "(healthy)")) return Health::healthy;
    if (contains(status, "(unhealthy)")) return Health::unhealthy;
    if (contains(status, "(health: starting)")) return Health::starting;
    return Health::none;
}

std::string without_slash(std::string_view name) {
    if (!name.empty() && name.front() == '/') name.remove_prefix(1);
    return std::string(name);
}

// Links of old give a container more names: "/other/alias". Its own has no second slash.
std::string own_name(const std::vector<std::string>& names) {
    for (const std::string& name : names)
        if (name.find('/', 1) == std::string::npos) return without_slash(name);
    return names.empty() ? std::string() : without_slash(names.front());
}

void sort_ports(std::vector<Port>& ports) {
    const auto key = [](const Port& p) {
        return std::tie(p.container_port, p.protocol, p.host_address, p.host_port);
    };
    std::sort(ports.begin(), ports.end(), [&](const Port& a, const Port& b) { return key(a) < key(b); });
}

// {"3001/tcp": [{"HostIp": …, "HostPort": …}], "33060/tcp": null}
std::vector<Port> port_map(const Json& object, std::string_view key) {
    std::vector<Port> ports;
    for (const auto& [name, bindings] : members_at(object, key)) {
        const size_t slash = std::min(name.find('/'), name.size());
        Port port;
        port.container_port = uint16_t(number_in(std::string_view(name).substr(0, slash), 65535));
        port.protocol = slash < name.size() ? name.substr(slash + 1) : "tcp";
        if (port.container_port == 0) continue;
        const Json::Array* list = bindings.as_array();
        if (!list || list->empty()) {
            ports.push_back(port);
            continue;
        }
        for (const Json& binding : *list) {
            port.host_address = text_at(binding, "HostIp");
            port.host_port = uint16_t(number_in(binding.text("HostPort"), 65535));
            ports.push_back(port);
        }
    }
    sort_ports(ports);
    return ports;
}

std::vector<Port> listed_ports(const Json& element) {
    std::vector<Port> ports;
    for (const Json& item : items_at(element, "Ports")) {
        Port port;
        port.host_address = text_at(item, "IP");
        port.host_port = uint16_t(std::min<uint64_t>(counter_at(item, "PublicPort"), 65535));
        port.container_port = uint16_t(std::min<uint64_t>(counter_at(item, "PrivatePort"), 65535));
        port.protocol = text_at(item, "Type");
        ports.push_back(std::move(port));
    }
    sort_ports(ports);
    return ports;
}

std::vector<Attachment> attachments(const Json& settings) {
    std::vector<Attachment> networks;
    for (const auto& [name, network] : members_at(settings, "Networks")) {
        Attachment attachment;
        attachment.network = name;
        attachment.network_id = text_at(network, "NetworkID");
        attachment.address = text_at(network, "IPAddress");
        attachment.address6 = text_at(network, "GlobalIPv6Address");
        attachment.gateway = text_at(network, "Gateway");
        attachment.aliases = texts_at(network, "Aliases");
        for (std::string& dns_name : texts_at(network, "DNSNames"))  // API 1.44 tells more names there
            if (std::find(attachment.aliases.begin(), attachment.aliases.end(), dns_name) ==
                attachment.aliases.end())
                attachment.aliases.push_back(std::move(dns_name));
        networks.push_back(std::move(attachment));
    }
    std::sort(networks.begin(), networks.end(),
              [](const Attachment& a, const Attachment& b) { return a.network < b.network; });
    return networks;
}

std::vector<Mount> mounts_of(const Json& object) {
    std::vector<Mount> mounts;
    for (const Json& item : items_at(object, "Mounts")) {
        Mount mount;
        mount.kind = text_at(item, "Type");
        mount.volume = text_at(item, "Name");
        mount.source = text_at(item, "Source");
        mount.destination = text_at(item, "Destination");
        mount.writable = flag_at(item, "RW");
        mounts.push_back(std::move(mount));
    }
    std::sort(mounts.begin(), mounts.end(),
              [](const Mount& a, const Mount& b) { return a.destination < b.destination; });
    return mounts;
}

// The engine's own limit on an output is 4 KiB; a stranger's engine may have none.
constexpr size_t most_output = size_t(16) << 10;
constexpr size_t most_runs = 20;

std::vector<HealthRun> runs_of(const Json& health) {
    std::vector<HealthRun> runs;
    for (const Json& item : items_at(health, "Log")) {
        HealthRun run;
        run.started = parse_engine_time(item.text("Start"));
        run.ended = parse_engine_time(item.text("End"));
        run.exit_code = int(integer_at(item, "ExitCode"));
        run.output = text_at(item, "Output").substr(0, most_output);
        runs.push_back(std::move(run));
    }
    if (runs.size() > most_runs) runs.erase(runs.begin(), runs.end() - most_runs);
    return runs;
}

Millis from_nanoseconds(int64_t nanoseconds) {
    return std::chrono::duration_cast<Millis>(std::chrono::nanoseconds(nanoseconds));
}

std::optional<Healthcheck> healthcheck_of(const Json& config) {
    const Json& json = member(config, "Healthcheck");
    Healthcheck check;
    check.test = secrets_at(json, "Test");
    if (check.test.empty() || check.test.front().reveal() == "NONE") return std::nullopt;
    check.interval = from_nanoseconds(integer_at(json, "Interval"));
    check.timeout = from_nanoseconds(integer_at(json, "Timeout"));
    check.start_period = from_nanoseconds(integer_at(json, "StartPeriod"));
    check.retries = int(integer_at(json, "Retries"));
    return check;
}

std::vector<Secret> command_of(const Json& document) {
    std::vector<Secret> command = secrets_at(document, "Args");
    const std::string path = text_at(document, "Path");
    if (!path.empty()) command.insert(command.begin(), Secret(path));
    return command;
}

void read_state(const Json& state, Container& container) {
    container.state = state_of(state.text("Status"));
    container.exit_code = int(integer_at(state, "ExitCode"));
    container.oom_killed = flag_at(state, "OOMKilled");
    container.pid = integer_at(state, "Pid");
    container.error = text_at(state, "Error");
    container.started = parse_engine_time(state.text("StartedAt"));
    container.finished = parse_engine_time(state.text("FinishedAt"));
    const Json& health = member(state, "Health");
    container.health = health_of(health.text("Status"));
    container.failing_streak = int(integer_at(health, "FailingStreak"));
    container.health_runs = runs_of(health);
}

void read_host_config(const Json& host, Container& container) {
    const Json& policy = member(host, "RestartPolicy");
    if (!policy.text("Name").empty()) container.restart_policy.name = text_at(policy, "Name");
    container.restart_policy.most_retries = int(integer_at(policy, "MaximumRetryCount"));
    container.memory_limit = std::max<int64_t>(integer_at(host, "Memory"), 0);
    container.network_mode = text_at(host, "NetworkMode");
    container.auto_remove = flag_at(host, "AutoRemove");
    container.extra_hosts = texts_at(host, "ExtraHosts");
    const Json& log = member(host, "LogConfig");
    container.log_driver = text_at(log, "Type");
    container.log_options = map_at(log, "Config");
    container.wanted_ports = port_map(host, "PortBindings");
}

void read_config(const Json& config, Container& container) {
    container.image = text_at(config, "Image");
    container.labels = map_at(config, "Labels");
    container.environment = parse_environment(config, "Env");
    container.user = text_at(config, "User");
    container.hostname = text_at(config, "Hostname");
    container.working_dir = text_at(config, "WorkingDir");
    container.tty = flag_at(config, "Tty");
    if (member(config, "StopTimeout").as_int())
        container.stop_timeout = int(integer_at(config, "StopTimeout"));
    container.healthcheck = healthcheck_of(config);
}

}  // namespace

std::string_view name_of(ContainerState state) {
    return state_names[size_t(state)];
}

std::string_view name_of(Health health) {
    return health_names[size_t(health)];
}

const Secret* Container::variable(std::string_view wanted) const {
    for (const EnvironmentValue& value : environment)
        if (value.name == wanted) return &value.value;
    return nullptr;
}

std::vector<EnvironmentValue> parse_environment(const Json& object, std::string_view key) {
    std::vector<EnvironmentValue> environment;
    for (const Json& item : items_at(object, key)) {
        const std::string* text = item.as_string();
        if (!text) continue;
        const size_t equals = std::min(text->find('='), text->size());
        environment.push_back({text->substr(0, equals),
                               Secret(equals < text->size() ? text->substr(equals + 1) : std::string())});
    }
    return environment;
}

Result<Container> parse_listed(const Json& element) {
    Container container;
    container.id = text_at(element, "Id");
    if (container.id.empty()) return fail(ErrorCode::protocol, "the engine lists a container without an id");
    container.name = own_name(texts_at(element, "Names"));
    container.image = text_at(element, "Image");
    container.image_id = text_at(element, "ImageID");
    container.labels = map_at(element, "Labels");
    container.compose = parse_compose_labels(container.labels);
    container.state = state_of(element.text("State"));
    container.health = health_in(element.text("Status"));
    if (const int64_t created = integer_at(element, "Created"); created > 0)
        container.created = from_unix_seconds(created);
    container.ports = listed_ports(element);
    container.networks = attachments(member(element, "NetworkSettings"));
    container.mounts = mounts_of(element);
    return container;
}

Result<Container> parse_inspected(const Json& document) {
    Container container;
    container.id = text_at(document, "Id");
    if (container.id.empty())
        return fail(ErrorCode::protocol, "the engine describes a container without an id");
    container.inspected = true;
    container.name = without_slash(document.text("Name"));
    container.image_id = text_at(document, "Image");
    container.created = parse_engine_time(document.text("Created"));
    container.restarts = int(integer_at(document, "RestartCount"));
    container.log_path = text_at(document, "LogPath");
    container.command = command_of(document);
    container.mounts = mounts_of(document);
    read_state(member(document, "State"), container);
    read_host_config(member(document, "HostConfig"), container);
    read_config(member(document, "Config"), container);
    container.compose = parse_compose_labels(container.labels);
    const Json& settings = member(document, "NetworkSettings");
    container.ports = port_map(settings, "Ports");
    container.networks = attachments(settings);
    return container;
}

}  // namespace logbook::docker
