// Images, volumes, networks, events and the engine itself, out of its JSON.
#include "logbook/docker/resources.h"

#include <algorithm>

#include "logbook/base/text.h"
#include "logbook/docker/fields.h"

namespace logbook::docker {
namespace {

tl::unexpected<Error> no_such_thing(std::string_view what) {
    return fail(ErrorCode::protocol, "the engine's answer describes no " + std::string(what));
}

// A listing gives seconds, inspect a text.
std::optional<WallTime> created_of(const Json& document, std::string_view key) {
    const Json& created = member(document, key);
    if (const int64_t* seconds = created.as_int())
        return *seconds > 0 ? std::optional(from_unix_seconds(*seconds)) : std::nullopt;
    const std::string* text = created.as_string();
    return text ? parse_engine_time(*text) : std::nullopt;
}

}  // namespace

Result<EngineVersion> parse_version(const Json& document) {
    EngineVersion out;
    out.version = text_at(document, "Version");
    out.api = text_at(document, "ApiVersion");
    if (out.version.empty() || out.api.empty()) return no_such_thing("engine");
    out.least_api = text_at(document, "MinAPIVersion");
    out.os = text_at(document, "Os");
    out.architecture = text_at(document, "Arch");
    out.kernel = text_at(document, "KernelVersion");
    for (const Json& component : items_at(document, "Components"))
        if (contains(lower(component.text("Name")), "podman")) out.podman = true;
    return out;
}

Result<EngineInfo> parse_info(const Json& document) {
    if (!document.as_object() ||
        (document.text("DockerRootDir").empty() && document.text("ServerVersion").empty()))
        return no_such_thing("engine");
    EngineInfo out;
    out.id = text_at(document, "ID");
    out.name = text_at(document, "Name");
    out.version = text_at(document, "ServerVersion");
    out.root_dir = text_at(document, "DockerRootDir");
    out.storage_driver = text_at(document, "Driver");
    out.log_driver = text_at(document, "LoggingDriver");
    out.cgroup_driver = text_at(document, "CgroupDriver");
    out.cgroup_version = text_at(document, "CgroupVersion");
    out.operating_system = text_at(document, "OperatingSystem");
    out.containers = integer_at(document, "Containers");
    out.running = integer_at(document, "ContainersRunning");
    out.images = integer_at(document, "Images");
    out.memory = integer_at(document, "MemTotal");
    out.processors = integer_at(document, "NCPU");
    for (const std::string& option : texts_at(document, "SecurityOptions"))
        if (contains(option, "name=rootless")) out.rootless = true;
    out.system_time = parse_engine_time(document.text("SystemTime"));
    return out;
}

Result<Image> parse_image(const Json& document) {
    Image out;
    out.id = text_at(document, "Id");
    if (out.id.empty()) return no_such_thing("image");
    for (std::string& tag : texts_at(document, "RepoTags"))
        if (tag != "<none>:<none>") out.tags.push_back(std::move(tag));
    out.created = created_of(document, "Created");
    out.size = integer_at(document, "Size");
    out.labels = map_at(document, "Labels");
    const Json& config = member(document, "Config");
    if (config.as_object()) {
        out.labels = map_at(config, "Labels");
        out.environment = parse_environment(config, "Env");
        out.entrypoint = secrets_at(config, "Entrypoint");
        out.command = secrets_at(config, "Cmd");
        out.working_dir = text_at(config, "WorkingDir");
        out.user = text_at(config, "User");
    }
    out.architecture = text_at(document, "Architecture");
    return out;
}

Result<Volume> parse_volume(const Json& document) {
    Volume out;
    out.name = text_at(document, "Name");
    if (out.name.empty()) return no_such_thing("volume");
    out.driver = text_at(document, "Driver");
    out.mountpoint = text_at(document, "Mountpoint");
    out.labels = map_at(document, "Labels");
    out.created = created_of(document, "CreatedAt");
    const Json& usage = member(document, "UsageData");
    if (usage.as_object()) {  // -1: the engine did not count
        if (const int64_t size = integer_at(usage, "Size"); size >= 0) out.size = size;
        if (const int64_t references = integer_at(usage, "RefCount"); references >= 0)
            out.references = references;
    }
    return out;
}

Result<Network> parse_network(const Json& document) {
    Network out;
    out.id = text_at(document, "Id");
    out.name = text_at(document, "Name");
    if (out.id.empty() || out.name.empty()) return no_such_thing("network");
    out.driver = text_at(document, "Driver");
    out.labels = map_at(document, "Labels");
    out.internal = flag_at(document, "Internal");
    for (const Json& range : items_at(member(document, "IPAM"), "Config")) {
        if (const auto subnet = range.text("Subnet"); !subnet.empty()) out.subnets.emplace_back(subnet);
        if (const auto gateway = range.text("Gateway"); !gateway.empty()) out.gateways.emplace_back(gateway);
    }
    for (const auto& [id, endpoint] : members_at(document, "Containers")) {
        const std::string address = text_at(endpoint, "IPv4Address");  // "172.18.0.4/16"
        out.members.push_back({id, text_at(endpoint, "Name"), address.substr(0, address.find('/'))});
    }
    std::sort(out.members.begin(), out.members.end(),
              [](const Network::Member& a, const Network::Member& b) { return a.name < b.name; });
    return out;
}

Result<std::vector<Process>> parse_processes(const Json& document) {
    const std::vector<std::string> titles = texts_at(document, "Titles");
    const auto column = [&](std::initializer_list<std::string_view> names) {
        return size_t(std::find_first_of(titles.begin(), titles.end(), names.begin(), names.end()) -
                      titles.begin());
    };
    const size_t pid = column({"PID", "HPID"}), command = column({"COMMAND", "CMD", "ARGS"});
    if (pid == titles.size() || command == titles.size())
        return fail(ErrorCode::protocol, "the engine lists processes without their numbers or commands");
    std::vector<Process> processes;
    for (const Json& row : items_at(document, "Processes")) {
        const Json::Array* cells = row.as_array();
        if (!cells || cells->size() <= std::max(pid, command)) continue;
        const std::string* number = (*cells)[pid].as_string();
        const std::string* words = (*cells)[command].as_string();
        if (number && words)
            processes.push_back({int64_t(number_in(trim(*number), uint64_t(1) << 40)), *words});
    }
    return processes;
}

Result<Event> parse_event(const Json& document) {
    Event out;
    out.kind = text_at(document, "Type");
    out.action = text_at(document, "Action");
    if (out.kind.empty() || out.action.empty()) return no_such_thing("event");
    const Json& actor = member(document, "Actor");
    out.id = text_at(actor, "ID");
    out.attributes = map_at(actor, "Attributes");
    out.nanoseconds = integer_at(document, "timeNano");
    out.at = out.nanoseconds > 0 ? WallTime(std::chrono::duration_cast<WallTime::duration>(
                                       std::chrono::nanoseconds(out.nanoseconds)))
                                 : from_unix_seconds(integer_at(document, "time"));
    return out;
}

Result<DiskUsage> parse_disk_usage(const Json& document) {
    if (!document.as_object()) return no_such_thing("disk usage");
    DiskUsage out;
    out.layers = integer_at(document, "LayersSize");
    for (const Json& item : items_at(document, "Images"))
        if (auto image = parse_image(item)) out.images.push_back(std::move(*image));
    for (const Json& item : items_at(document, "Volumes"))
        if (auto volume = parse_volume(item)) out.volumes.push_back(std::move(*volume));
    for (const Json& item : items_at(document, "Containers")) {
        const auto container = parse_listed(item);
        if (container) out.containers.push_back({container->id, container->name, integer_at(item, "SizeRw")});
    }
    for (const Json& item : items_at(document, "BuildCache")) {
        const int64_t size = std::max<int64_t>(integer_at(item, "Size"), 0);
        out.build_cache += std::min(size, INT64_MAX - out.build_cache);
    }
    return out;
}

}  // namespace logbook::docker
