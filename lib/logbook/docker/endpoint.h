// Where the engine is: the Docker CLI's own rules, and after them the sockets of rootless Docker and Podman.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::docker {

// What decided, in order of precedence.
enum class EndpointSource {
    flag,             // -H
    docker_host,      // DOCKER_HOST
    docker_context,   // DOCKER_CONTEXT
    config_context,   // currentContext of config.json
    default_socket,   // /var/run/docker.sock, also when no socket exists at all
    rootless_socket,  // $XDG_RUNTIME_DIR/docker.sock
    podman_socket,    // $XDG_RUNTIME_DIR/podman/podman.sock, /run/podman/podman.sock
};

// "DOCKER_HOST", "-H", "the context of DOCKER_CONTEXT", …: for "engine at X (from Y)".
LOGBOOK_EXPORT std::string_view name_of(EndpointSource source);

// The files of a TLS client; each may be empty (none).
struct EndpointTls {
    std::string ca, certificate, key;
    bool verify = true;
};

// A value: either a unix socket or a TCP address.
struct Endpoint {
    std::string socket;  // a path; empty: TCP
    std::string host;    // without brackets
    uint16_t port = 0;
    std::optional<EndpointTls> tls;  // TCP only; nothing: in the clear
    EndpointSource source = EndpointSource::default_socket;
    std::string context;  // name of the Docker context, where one decided

    // "unix:///var/run/docker.sock", "tcp://[::1]:2376".
    LOGBOOK_EXPORT std::string text() const;
    // Whether nobody on the way can read: a unix socket, loopback, or verified TLS. Secrets may go only
    // there.
    LOGBOOK_EXPORT bool confidential() const;
};

// The world that the rules look at; every member must be set. `endpoint_world()` gives the machine's own.
struct EndpointWorld {
    // An environment variable; nothing when unset.
    std::function<std::optional<std::string>(std::string_view name)> variable;
    // A whole file, of 1 MiB at the most; `not_found` when it does not exist.
    std::function<Result<std::string>(const std::filesystem::path&)> read_file;
    // Names of the entries of a folder; empty when there is none.
    std::function<std::vector<std::string>(const std::filesystem::path&)> entries;
    // Whether something stands at that path (a socket, a file).
    std::function<bool(const std::filesystem::path&)> exists;
};
LOGBOOK_EXPORT EndpointWorld endpoint_world();

// `flag` is the value of -H, empty when not given. Pure over its world. Fails with `invalid` for an address
// that cannot be read, `unsupported` for ssh:// and other transports (the hint says what to do instead),
// `not_found` for a context that does not exist.
LOGBOOK_EXPORT Result<Endpoint> find_endpoint(std::string_view flag, const EndpointWorld& world);

}  // namespace logbook::docker
