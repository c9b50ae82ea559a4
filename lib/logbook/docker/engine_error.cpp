// Failures of a connection and statuses of the API, each with its next step.
#include "logbook/docker/engine_error.h"

#include <fmt/format.h>

#include "logbook/base/json.h"
#include "logbook/base/text.h"

namespace logbook::docker {
namespace {

std::string place(const Endpoint& endpoint) {
    return printable(endpoint.text(), 200);
}

Error not_there(const Endpoint& endpoint, const Error& error) {
    if (endpoint.socket.empty())
        return {error.code, fmt::format("no container engine answers at {}: {}", place(endpoint), error.what),
                fmt::format("is it the right address (it comes from {}), and is the engine running there?",
                            name_of(endpoint.source))};
    if (endpoint.source == EndpointSource::rootless_socket)
        return {ErrorCode::unreachable, fmt::format("no container engine listens on {}", place(endpoint)),
                "systemctl --user start docker"};
    if (endpoint.source == EndpointSource::podman_socket)
        return {ErrorCode::unreachable, fmt::format("no container engine listens on {}", place(endpoint)),
                "systemctl start podman.socket (with --user for a rootless one)"};
    return {
        ErrorCode::unreachable,
        fmt::format("no container engine listens on {}: it is stopped, or not installed", place(endpoint)),
        endpoint.source == EndpointSource::default_socket
            ? std::string("sudo systemctl start docker; another engine is named with -H or DOCKER_HOST")
            : fmt::format("start that engine, or correct {}", name_of(endpoint.source))};
}

}  // namespace

Error hung_up(const Endpoint& endpoint) {
    return {ErrorCode::closed,
            fmt::format("the container engine at {} hung up in the middle of its answer", place(endpoint)),
            "journalctl -u docker -n 50 says whether it was restarted"};
}

Error judge_failure(const Endpoint& endpoint, const net::HttpFailure& failure) {
    const Error& error = failure.error;
    switch (error.code) {
    case ErrorCode::unreachable:
    case ErrorCode::not_found:
        return not_there(endpoint, error);
    case ErrorCode::denied:
        return {ErrorCode::denied, fmt::format("{} refuses this user", place(endpoint)),
                "run it with sudo; or join the group that owns the socket (sudo usermod -aG docker "
                "\"$USER\", then "
                "sign in again), which is as good as root"};
    case ErrorCode::timeout:
        return {ErrorCode::timeout,
                fmt::format("the container engine at {} {}", place(endpoint),
                            failure.timings.first_byte.count() < 0 ? "accepts connections but does not answer"
                                                                   : "stopped in the middle of its answer"),
                "journalctl -u docker -n 50 says why; restarting the engine restarts its containers too"};
    case ErrorCode::closed:
        return hung_up(endpoint);
    case ErrorCode::tls:
        return {ErrorCode::tls,
                fmt::format("no trusted TLS with the engine at {}: {}", place(endpoint), error.what),
                "ca.pem, cert.pem and key.pem are looked for in DOCKER_CERT_PATH, or in the Docker context"};
    case ErrorCode::protocol:
        return {ErrorCode::protocol,
                fmt::format("what answers at {} is no container engine: {}", place(endpoint), error.what),
                fmt::format("the address comes from {}", name_of(endpoint.source))};
    case ErrorCode::too_large:
        return {
            ErrorCode::too_large,
            fmt::format("the container engine at {} answered with more than is read here", place(endpoint)),
            {}};
    default:
        return error;
    }
}

Error not_confidential(const Endpoint& endpoint) {
    return {ErrorCode::declined,
            fmt::format("secrets are not sent to {}: others on the way could read them", place(endpoint)),
            "reach the engine by its socket, or by TLS (DOCKER_TLS_VERIFY=1)"};
}

Error judge_reply(const Endpoint& endpoint, std::string_view doing, const net::HttpReply& reply) {
    const auto json = parse_json(reply.body);
    std::string said = json ? printable(json->text("message")) : std::string();
    if (said.empty()) said = fmt::format("HTTP status {}", reply.status);
    const auto error = [&](ErrorCode code, std::string hint = {}) {
        return Error{code, fmt::format("the engine cannot {}: {}", doing, said), std::move(hint)};
    };
    switch (reply.status) {
    case 404:
        return error(ErrorCode::not_found);
    case 409:
        return error(ErrorCode::conflict);
    case 400:
        return error(ErrorCode::invalid);
    case 401:
    case 403:
        return error(
            ErrorCode::denied,
            fmt::format("something between here and the engine ({}) forbids that call", place(endpoint)));
    default:
        break;
    }
    if (reply.status >= 500 || reply.status < 400) return error(ErrorCode::io, "journalctl -u docker -n 50");
    return error(ErrorCode::protocol);
}

}  // namespace logbook::docker
