// The rules, and the machine's own world for them.
#include "logbook/docker/endpoint.h"

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>

#include "logbook/base/json.h"
#include "logbook/base/text.h"
#include "logbook/docker/fields.h"

namespace logbook::docker {
namespace {

namespace fs = std::filesystem;

constexpr const char* default_socket = "/var/run/docker.sock";

std::string variable(const EndpointWorld& world, std::string_view name) {
    return world.variable(name).value_or(std::string());
}

// The CLI's folder: DOCKER_CONFIG, else ~/.docker; empty where neither is known.
fs::path config_folder(const EndpointWorld& world) {
    if (const std::string folder = variable(world, "DOCKER_CONFIG"); !folder.empty()) return folder;
    const std::string home = variable(world, "HOME");
    return home.empty() ? fs::path() : fs::path(home) / ".docker";
}

// The three files that stand in a folder; those that are missing stay empty.
EndpointTls tls_in(const EndpointWorld& world, const fs::path& folder) {
    EndpointTls tls;
    const auto file = [&](const char* name) {
        const fs::path path = folder / name;
        return world.exists(path) ? path.string() : std::string();
    };
    tls.ca = file("ca.pem");
    tls.certificate = file("cert.pem");
    tls.key = file("key.pem");
    return tls;
}

// What the environment says about TLS for an address of the flag or of DOCKER_HOST.
std::optional<EndpointTls> tls_of_environment(const EndpointWorld& world) {
    const bool verify = !variable(world, "DOCKER_TLS_VERIFY").empty();
    if (!verify && variable(world, "DOCKER_TLS").empty()) return std::nullopt;
    const std::string folder = variable(world, "DOCKER_CERT_PATH");
    EndpointTls tls = tls_in(world, folder.empty() ? config_folder(world) : fs::path(folder));
    tls.verify = verify;
    return tls;
}

tl::unexpected<Error> unreadable(std::string_view address) {
    return fail(ErrorCode::invalid,
                fmt::format("`{}` is no address of a container engine", printable(address, 120)),
                "write unix:///var/run/docker.sock or tcp://host:2376");
}

Result<Endpoint> parse_tcp(std::string_view address, std::string_view place,
                           const std::optional<EndpointTls>& tls) {
    Endpoint out;
    out.tls = tls;
    out.port = tls ? 2376 : 2375;
    place = place.substr(0, place.find('/'));
    std::string_view port;
    if (!place.empty() && place.front() == '[') {
        const size_t end = place.find(']');
        if (end == std::string_view::npos) return unreadable(address);
        out.host = std::string(place.substr(1, end - 1));
        port = place.substr(end + 1);
    } else {
        const size_t colon = std::min(place.find(':'), place.size());
        out.host = std::string(place.substr(0, colon));
        port = place.substr(colon);
    }
    if (!port.empty()) {
        if (port.front() != ':') return unreadable(address);
        out.port = uint16_t(number_in(port.substr(1), 65535));
    }
    // The host goes into a URL: nothing but a name or an address may stand there.
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%";
    if (out.port == 0 || out.host.empty() || out.host.find_first_not_of(allowed) != std::string::npos)
        return unreadable(address);
    return out;
}

Result<Endpoint> parse_address(std::string_view address, const std::optional<EndpointTls>& tls) {
    address = trim(address);
    const size_t scheme_end = address.find("://");
    const std::string scheme =
        scheme_end == std::string_view::npos ? std::string() : lower(address.substr(0, scheme_end));
    const std::string_view rest =
        scheme_end == std::string_view::npos ? address : address.substr(scheme_end + 3);
    Endpoint out;
    if (scheme == "unix" || (scheme.empty() && !rest.empty() && rest.front() == '/')) {
        out.socket = rest.empty() ? std::string(default_socket) : std::string(rest);
        if (out.socket.front() != '/' || out.socket.size() > 107) return unreadable(address);
        return out;
    }
    if (scheme == "tcp" || scheme.empty())
        return rest.empty() ? unreadable(address) : parse_tcp(address, rest, tls);
    if (scheme == "ssh")
        return fail(ErrorCode::unsupported,
                    fmt::format("the engine's address `{}` needs an ssh tunnel, which is not made here",
                                printable(address, 120)),
                    fmt::format("ssh -N -L /tmp/engine.sock:{} {} and then -H unix:///tmp/engine.sock",
                                default_socket,
                                shell_quoted(printable(rest.substr(0, rest.find('/')), 120))));
    return fail(ErrorCode::unsupported,
                fmt::format("the engine's address `{}` has a transport that is not spoken here",
                            printable(address, 120)),
                "write unix:///path or tcp://host:port");
}

tl::unexpected<Error> no_context(std::string_view name, const fs::path& folder) {
    return fail(ErrorCode::not_found,
                fmt::format("there is no Docker context `{}` in {}", printable(name, 80),
                            (folder / "contexts").string()),
                "`docker context ls` names those that exist; -H names an engine without any context");
}

// Folders of contexts are named by a hash of the context's name; the name itself stands inside.
constexpr size_t most_contexts = 1000;

Result<Endpoint> of_context(const std::string& name, const EndpointWorld& world) {
    const fs::path folder = config_folder(world);
    const fs::path metas = folder / "contexts" / "meta";
    size_t seen = 0;
    for (const std::string& hash : world.entries(metas)) {
        if (++seen > most_contexts) break;
        const auto text = world.read_file(metas / hash / "meta.json");
        const auto meta = text ? parse_json(*text) : Result<Json>(fail(text.error()));
        if (!meta || meta->text("Name") != name) continue;
        const Json& docker = member(member(*meta, "Endpoints"), "docker");
        const fs::path secrets = folder / "contexts" / "tls" / hash / "docker";
        std::optional<EndpointTls> tls;
        const EndpointTls found = tls_in(world, secrets);
        const bool skip = flag_at(docker, "SkipTLSVerify");
        if (skip || !found.ca.empty() || !found.certificate.empty()) {
            tls = found;
            tls->verify = !skip;
        }
        auto endpoint = parse_address(docker.text("Host"), tls);
        if (!endpoint) {
            Error error = endpoint.error();
            error.what += fmt::format(" (in the Docker context `{}`)", printable(name, 80));
            return fail(std::move(error));
        }
        endpoint->context = name;
        return endpoint;
    }
    return no_context(name, folder);
}

// The name in config.json; empty when there is no such file, or it names none.
Result<std::string> current_context(const EndpointWorld& world) {
    const fs::path folder = config_folder(world);
    if (folder.empty()) return std::string();
    const auto text = world.read_file(folder / "config.json");
    if (!text) {
        if (text.error().code == ErrorCode::not_found) return std::string();
        return fail(text.error());
    }
    const auto json = parse_json(*text);
    if (!json)
        return fail(ErrorCode::invalid,
                    fmt::format("{}: {}", (folder / "config.json").string(), json.error().what),
                    "mend the file, or name the engine with -H");
    return std::string(json->text("currentContext"));
}

Endpoint socket_endpoint(std::string path, EndpointSource source) {
    Endpoint out;
    out.socket = std::move(path);
    out.source = source;
    return out;
}

Endpoint usual_socket(const EndpointWorld& world) {
    if (world.exists(default_socket)) return socket_endpoint(default_socket, EndpointSource::default_socket);
    const std::string runtime = variable(world, "XDG_RUNTIME_DIR");
    if (!runtime.empty()) {
        const std::string rootless = runtime + "/docker.sock";
        if (world.exists(rootless)) return socket_endpoint(rootless, EndpointSource::rootless_socket);
        const std::string podman = runtime + "/podman/podman.sock";
        if (world.exists(podman)) return socket_endpoint(podman, EndpointSource::podman_socket);
    }
    const std::string podman = "/run/podman/podman.sock";
    if (world.exists(podman)) return socket_endpoint(podman, EndpointSource::podman_socket);
    return socket_endpoint(default_socket, EndpointSource::default_socket);
}

Result<Endpoint> from(Result<Endpoint> endpoint, EndpointSource source) {
    if (endpoint) endpoint->source = source;
    return endpoint;
}

}  // namespace

std::string_view name_of(EndpointSource source) {
    constexpr std::string_view names[] = {"-H",
                                          "DOCKER_HOST",
                                          "DOCKER_CONTEXT",
                                          "the current Docker context",
                                          "the default socket",
                                          "the rootless socket",
                                          "Podman's socket"};
    return names[size_t(source)];
}

std::string Endpoint::text() const {
    if (!socket.empty()) return "unix://" + socket;
    return contains(host, ":") ? fmt::format("tcp://[{}]:{}", host, port)
                               : fmt::format("tcp://{}:{}", host, port);
}

bool Endpoint::confidential() const {
    if (!socket.empty()) return true;
    return (tls && tls->verify) || host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
}

Result<Endpoint> find_endpoint(std::string_view flag, const EndpointWorld& world) {
    if (!trim(flag).empty())
        return from(parse_address(flag, tls_of_environment(world)), EndpointSource::flag);
    if (const std::string host = variable(world, "DOCKER_HOST"); !trim(host).empty())
        return from(parse_address(host, tls_of_environment(world)), EndpointSource::docker_host);
    const std::string context = variable(world, "DOCKER_CONTEXT");
    if (context == "default") return usual_socket(world);
    if (!context.empty()) return from(of_context(context, world), EndpointSource::docker_context);
    const auto current = current_context(world);
    if (!current) return fail(current.error());
    if (!current->empty() && *current != "default")
        return from(of_context(*current, world), EndpointSource::config_context);
    return usual_socket(world);
}

EndpointWorld endpoint_world() {
    EndpointWorld world;
    world.variable = [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
    world.read_file = [](const fs::path& path) -> Result<std::string> {
        constexpr size_t most = 1 << 20;
        std::error_code error;
        if (!fs::is_regular_file(path, error))
            return fail(ErrorCode::not_found, path.string() + " is no file");
        std::ifstream in(path, std::ios::binary);
        if (!in) return fail(system_error("cannot open " + path.string(), errno));
        std::string text(most + 1, '\0');
        in.read(text.data(), std::streamsize(text.size()));
        text.resize(size_t(in.gcount()));
        if (text.size() > most) return fail(ErrorCode::too_large, path.string() + " has more than 1 MiB");
        return text;
    };
    world.entries = [](const fs::path& folder) {
        std::vector<std::string> names;
        std::error_code error;
        for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
            names.push_back(at->path().filename().string());
        return names;
    };
    world.exists = [](const fs::path& path) {
        std::error_code error;
        return fs::exists(path, error);
    };
    return world;
}

}  // namespace logbook::docker
