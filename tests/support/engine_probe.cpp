// A test's view of the room `docker`: does one thing with a real (or a false) engine and prints what the room
// read of it, as JSON.   engine_probe <address or ""> <timeout in ms> <command> [arguments]
#include <cstdio>
#include <cstdlib>
#include <map>
#include <unistd.h>

#include "logbook/docker/engine.h"

using namespace logbook;
using docker::Engine;
using Arguments = std::vector<std::string>;

namespace {

Deadline the_deadline = Deadline::in(Millis(10000));

int refuse(const Error& error) {
    const Json json = Json::object(
        {{"error",
          Json::object({{"code", name_of(error.code)}, {"what", error.what}, {"hint", error.hint}})}});
    std::puts(json.dump().c_str());
    return 1;
}

int print(const Json& json) {
    std::puts(json.dump().c_str());
    return 0;
}

Json time_json(const std::optional<WallTime>& when) {
    return when ? Json(iso8601(*when, true)) : Json();
}

Json map_json(const std::map<std::string, std::string>& map) {
    Json json = Json::object();
    for (const auto& entry : map) json.set(entry.first, entry.second);
    return json;
}

Json ports_json(const std::vector<docker::Port>& ports) {
    Json json{Json::Array{}};
    for (const auto& port : ports)
        json.push(Json::object({{"address", port.host_address},
                                {"public", int(port.host_port)},
                                {"private", int(port.container_port)},
                                {"protocol", port.protocol}}));
    return json;
}

Json container_json(const docker::Container& c) {
    Json command{Json::Array{}};
    for (const Secret& word : c.command) command.push(word.reveal());
    Json environment = Json::object();
    for (const auto& value : c.environment) environment.set(value.name, value.value.reveal());
    Json networks = Json::object();
    for (const auto& network : c.networks)
        networks.set(network.network,
                     Json::object({{"address", network.address}, {"aliases", Json::array(network.aliases)}}));
    Json mounts{Json::Array{}};
    for (const auto& mount : c.mounts)
        mounts.push(Json::object({{"kind", mount.kind},
                                  {"volume", mount.volume},
                                  {"destination", mount.destination},
                                  {"writable", mount.writable}}));
    Json runs{Json::Array{}};
    for (const auto& run : c.health_runs)
        runs.push(
            Json::object({{"exit", run.exit_code}, {"output", run.output}, {"at", time_json(run.started)}}));
    return Json::object({{"id", c.id},
                         {"name", c.name},
                         {"image", c.image},
                         {"image_id", c.image_id},
                         {"labels", map_json(c.labels)},
                         {"project", c.compose.project},
                         {"service", c.compose.service},
                         {"depends_on_known", c.compose.depends_on.has_value()},
                         {"compose", c.compose.version},
                         {"state", docker::name_of(c.state)},
                         {"health", docker::name_of(c.health)},
                         {"health_runs", std::move(runs)},
                         {"restarts", c.restarts},
                         {"policy", c.restart_policy.name},
                         {"retries", c.restart_policy.most_retries},
                         {"exit_code", c.exit_code},
                         {"oom", c.oom_killed},
                         {"created", time_json(c.created)},
                         {"started", time_json(c.started)},
                         {"finished", time_json(c.finished)},
                         {"ports", ports_json(c.ports)},
                         {"wanted_ports", ports_json(c.wanted_ports)},
                         {"networks", std::move(networks)},
                         {"mounts", std::move(mounts)},
                         {"environment", std::move(environment)},
                         {"command", std::move(command)},
                         {"memory_limit", c.memory_limit},
                         {"log_driver", c.log_driver},
                         {"log_path", c.log_path},
                         {"tty", c.tty}});
}

Json usage_json(const docker::Usage& usage) {
    return Json::object({{"cpu", usage.cpu_percent},
                         {"memory", usage.memory},
                         {"limit", usage.memory_limit},
                         {"received", usage.received},
                         {"sent", usage.sent},
                         {"read", usage.block_read},
                         {"written", usage.block_write},
                         {"processes", usage.processes}});
}

int done(const Status& status) {
    return status ? print(Json::object({{"done", true}})) : refuse(status.error());
}

// "--name=value" options of a list of arguments, taken out of it.
std::map<std::string, std::string> take_options(Arguments& arguments) {
    std::map<std::string, std::string> options;
    while (!arguments.empty() && arguments[0].rfind("--", 0) == 0) {
        const size_t equals = std::min(arguments[0].find('='), arguments[0].size());
        options[arguments[0].substr(2, equals - 2)] =
            equals < arguments[0].size() ? arguments[0].substr(equals + 1) : "";
        arguments.erase(arguments.begin());
    }
    return options;
}

// Frames as they come; `--frames` ends after so many.
int logs(const Engine& engine, Arguments arguments) {
    auto options = take_options(arguments);
    const auto container = engine.inspect(arguments.at(0), the_deadline);
    if (!container) return refuse(container.error());
    docker::LogOptions how;
    how.timestamps = options.count("timestamps") > 0;
    how.follow = options.count("follow") > 0;
    if (options.count("tail")) how.tail = std::stoull(options["tail"]);
    if (options.count("since")) how.since = docker::parse_engine_time(options["since"]);
    if (options.count("until")) how.until = docker::parse_engine_time(options["until"]);
    size_t left = options.count("frames") ? std::stoul(options["frames"]) : SIZE_MAX;
    if (options.count("stop-after")) {
        const Deadline stop = Deadline::in(Millis(std::stoi(options["stop-after"])));
        how.stopped = [stop] { return stop.passed(); };
    }
    std::string out, err;
    size_t frames = 0;
    const auto sink = [&](const docker::Piece& piece) {
        (piece.channel == docker::Channel::err ? err : out) += piece.bytes;
        frames += piece.begins ? 1 : 0;
        return !piece.ends || --left > 0;
    };
    const Status status = engine.logs(container->id, container->tty, how, sink, the_deadline);
    if (!status && status.error().code != ErrorCode::interrupted) return refuse(status.error());
    return print(
        Json::object({{"out", out}, {"err", err}, {"frames", uint64_t(frames)}, {"stopped", !status}}));
}

int events(const Engine& engine, Arguments arguments) {
    auto options = take_options(arguments);
    docker::EventOptions how;
    how.since = docker::parse_engine_time(options["since"]);
    how.until = docker::parse_engine_time(options["until"]);
    if (!options["kind"].empty()) how.kinds = {options["kind"]};
    if (!arguments.empty()) how.containers = arguments;
    Json list{Json::Array{}};
    const Status status = engine.events(
        how,
        [&](const docker::Event& event) {
            list.push(Json::object({{"kind", event.kind},
                                    {"action", event.action},
                                    {"id", event.id},
                                    {"at", iso8601(event.at, true)},
                                    {"attributes", map_json(event.attributes)}}));
            return true;
        },
        the_deadline);
    return status ? print(list) : refuse(status.error());
}

int exec(const Engine& engine, Arguments arguments) {
    docker::ExecRequest request;
    auto options = take_options(arguments);
    if (options.count("input")) {
        std::string input;
        char buffer[4096];
        for (ssize_t size; (size = ::read(STDIN_FILENO, buffer, sizeof buffer)) > 0;)
            input.append(buffer, size_t(size));
        request.input = Secret(input);
    }
    if (options.count("env")) {
        const size_t equals = options["env"].find('=');
        request.environment = {{options["env"].substr(0, equals), Secret(options["env"].substr(equals + 1))}};
    }
    if (options.count("stop-after")) {
        const Deadline stop = Deadline::in(Millis(std::stoi(options["stop-after"])));
        request.stopped = [stop] { return stop.passed(); };
    }
    std::string streamed;
    if (options.count("stream"))
        request.errors = [&](std::string_view bytes) {
            streamed += bytes;
            return Status();
        };
    if (options.count("most")) request.most_bytes = std::stoul(options["most"]);
    request.user = options["user"];
    const std::string id = arguments.at(0);
    request.argv.assign(arguments.begin() + 1, arguments.end());
    const auto result = engine.exec(id, request, the_deadline);
    if (!result) return refuse(result.error());
    return print(
        Json::object({{"exit", result->exit_code}, {"out", result->out}, {"err", result->err + streamed}}));
}

int sample(const Engine& engine, const Arguments& ids) {
    const auto before = std::chrono::steady_clock::now();
    const auto samples = engine.sample_all(ids, Millis(1000), the_deadline);
    const auto took = std::chrono::steady_clock::now() - before;
    Json list = Json::object();
    for (const auto& sampled : samples)
        list.set(sampled.id,
                 sampled.usage ? usage_json(*sampled.usage) : Json(name_of(sampled.usage.error().code)));
    return print(Json::object({{"took_ms", int64_t(std::chrono::duration_cast<Millis>(took).count())},
                               {"samples", std::move(list)}}));
}

int archive(const Engine& engine, const Arguments& arguments) {
    docker::ArchiveLimits limits;
    if (arguments.size() > 2) limits.bytes = std::stoul(arguments[2]);
    const auto entries = engine.archive(arguments.at(0), arguments.at(1), limits, the_deadline);
    if (!entries) return refuse(entries.error());
    Json list{Json::Array{}};
    for (const auto& entry : *entries)
        list.push(Json::object({{"path", entry.path},
                                {"kind", int(entry.kind)},
                                {"link", entry.link},
                                {"mode", int64_t(entry.mode)},
                                {"content", entry.content}}));
    return print(list);
}

int list(const Engine& engine, const Arguments& labels) {
    docker::ContainerFilter filter;
    filter.labels = labels;
    const auto containers = engine.list_containers(filter, the_deadline);
    if (!containers) return refuse(containers.error());
    Json json{Json::Array{}};
    for (const auto& container : *containers) json.push(container_json(container));
    return print(json);
}

int things(const Engine& engine, const std::string& kind, const Arguments& arguments) {
    Json json{Json::Array{}};
    if (kind == "images") {
        const auto images = arguments.empty() ? engine.list_images(the_deadline) : [&] {
            auto one = engine.inspect_image(arguments[0], the_deadline);
            return one ? Result<std::vector<docker::Image>>(std::vector{*one}) : fail(one.error());
        }();
        if (!images) return refuse(images.error());
        for (const auto& image : *images)
            json.push(
                Json::object({{"id", image.id}, {"tags", Json::array(image.tags)}, {"size", image.size}}));
    } else if (kind == "volumes") {
        const auto volumes = arguments.empty() ? engine.list_volumes(the_deadline) : [&] {
            auto one = engine.inspect_volume(arguments[0], the_deadline);
            return one ? Result<std::vector<docker::Volume>>(std::vector{*one}) : fail(one.error());
        }();
        if (!volumes) return refuse(volumes.error());
        for (const auto& volume : *volumes)
            json.push(Json::object({{"name", volume.name}, {"mountpoint", volume.mountpoint}}));
    } else {
        const auto networks = arguments.empty() ? engine.list_networks(the_deadline) : [&] {
            auto one = engine.inspect_network(arguments[0], the_deadline);
            return one ? Result<std::vector<docker::Network>>(std::vector{*one}) : fail(one.error());
        }();
        if (!networks) return refuse(networks.error());
        for (const auto& network : *networks) {
            Json members = Json::object();
            for (const auto& member : network.members) members.set(member.name, member.address);
            json.push(Json::object({{"id", network.id},
                                    {"name", network.name},
                                    {"subnets", Json::array(network.subnets)},
                                    {"members", std::move(members)}}));
        }
    }
    return print(json);
}

int disk(const Engine& engine) {
    const auto usage = engine.disk_usage(the_deadline);
    if (!usage) return refuse(usage.error());
    Json volumes = Json::object();
    for (const auto& volume : usage->volumes) volumes.set(volume.name, volume.references.value_or(-1));
    return print(Json::object({{"layers", usage->layers}, {"volumes", std::move(volumes)}}));
}

int about(const Engine& engine) {
    const auto version = engine.version(the_deadline);
    if (!version) return refuse(version.error());
    const auto info = engine.info(the_deadline);
    if (!info) return refuse(info.error());
    return print(
        Json::object({{"api", engine.api_version()},
                      {"version", version->version},
                      {"root", info->root_dir},
                      {"driver", info->storage_driver},
                      {"containers", info->containers},
                      {"offset_ms", info->clock_offset ? Json(int64_t(info->clock_offset->count())) : Json()},
                      {"source", name_of(engine.endpoint().source)}}));
}

int act(const Engine& engine, const std::string& verb, const Arguments& a) {
    const std::chrono::seconds grace(a.size() > 1 && verb != "rename" ? std::atoi(a[1].c_str()) : 5);
    if (verb == "start") return done(engine.start(a.at(0), the_deadline));
    if (verb == "stop") return done(engine.stop(a.at(0), grace, the_deadline));
    if (verb == "restart") return done(engine.restart(a.at(0), grace, the_deadline));
    if (verb == "kill") return done(engine.kill(a.at(0), a.at(1), the_deadline));
    if (verb == "rename") return done(engine.rename(a.at(0), a.at(1), the_deadline));
    if (verb == "policy") return done(engine.update_restart_policy(a.at(0), {a.at(1), 0}, the_deadline));
    if (verb == "remove") return done(engine.remove(a.at(0), a.size() > 1, the_deadline));
    return refuse({ErrorCode::invalid, "no such command: " + verb, {}});
}

int create(const Engine& engine, Arguments arguments) {
    auto options = take_options(arguments);
    docker::NewContainer wanted;
    wanted.image = arguments.at(0);
    if (arguments.size() > 1) wanted.name = arguments[1];
    wanted.command = {"true"};
    if (arguments.size() > 2) wanted.command.assign(arguments.begin() + 2, arguments.end());
    if (options.count("entrypoint")) wanted.entrypoint = {options["entrypoint"]};
    if (options.count("env")) {
        const size_t equals = options["env"].find('=');
        wanted.environment = {{options["env"].substr(0, equals), Secret(options["env"].substr(equals + 1))}};
    }
    wanted.network_mode = options["network"];
    if (options.count("join")) wanted.networks = {options["join"]};
    if (options.count("volume")) wanted.mounts = {{"volume", options["volume"], "", "/kept", false}};
    wanted.user = options["user"];
    wanted.auto_remove = options.count("auto-remove") > 0;
    const auto made = engine.create_container(wanted, the_deadline);
    return made ? print(Json::object({{"id", *made}})) : refuse(made.error());
}

int processes(const Engine& engine, const Arguments& arguments) {
    const auto found = engine.processes(arguments.at(0), the_deadline);
    if (!found) return refuse(found.error());
    Json list{Json::Array{}};
    for (const auto& process : *found)
        list.push(Json::object({{"pid", process.pid}, {"command", process.command}}));
    return print(list);
}

int run(const Engine& engine, const std::string& command, const Arguments& arguments) {
    if (command == "ping") return done(engine.ping(the_deadline));
    if (command == "about") return about(engine);
    if (command == "list") return list(engine, arguments);
    if (command == "inspect") {
        const auto container = engine.inspect(arguments.at(0), the_deadline);
        return container ? print(container_json(*container)) : refuse(container.error());
    }
    if (command == "count") {  // memory matters here: only the number is printed
        const auto containers = engine.list_containers({}, the_deadline);
        return containers ? print(Json::object({{"count", uint64_t(containers->size())}}))
                          : refuse(containers.error());
    }
    if (command == "sample") return sample(engine, arguments);
    if (command == "logs") return logs(engine, arguments);
    if (command == "events") return events(engine, arguments);
    if (command == "exec") return exec(engine, arguments);
    if (command == "create") return create(engine, arguments);
    if (command == "processes") return processes(engine, arguments);
    if (command == "archive") return archive(engine, arguments);
    if (command == "images" || command == "volumes" || command == "networks")
        return things(engine, command, arguments);
    if (command == "disk") return disk(engine);
    return act(engine, command, arguments);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return 2;
    the_deadline = Deadline::in(Millis(std::atoi(argv[2])));
    const auto endpoint = docker::find_endpoint(argv[1], docker::endpoint_world());
    if (!endpoint) return refuse(endpoint.error());
    const auto stream = net::make_curl_stream();
    const auto engine = docker::connect_engine(*endpoint, *stream, the_deadline);
    if (!engine) return refuse(engine.error());
    return run(**engine, argv[3], Arguments(argv + 4, argv + argc));
}
