// Ways, and the values that the running application goes by.
#include "logbook/deployment/reach.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

using docker::ContainerState;

bool is_wildcard(std::string_view address) {
    return address.empty() || address == "0.0.0.0" || address == "::";
}

bool is_loopback(std::string_view address) {
    return address == "127.0.0.1" || address == "::1" || address.substr(0, 4) == "127.";
}

bool answers_to(const Member& member, std::string_view host) {
    const docker::Container& container = member.container;
    if (member.service == host || container.name == host || container.hostname == host) return true;
    return std::any_of(
        container.networks.begin(), container.networks.end(), [&](const docker::Attachment& network) {
            return std::find(network.aliases.begin(), network.aliases.end(), host) != network.aliases.end();
        });
}

// What a database's image calls the settings that it is made with.
std::string_view name_in_database_image(std::string_view name) {
    if (name == "DB_USER") return "MYSQL_USER";
    if (name == "DB_PASSWORD") return "MYSQL_PASSWORD";
    if (name == "DB_NAME") return "MYSQL_DATABASE";
    return {};
}

uint16_t port_in(const std::string& text, uint16_t otherwise) {
    unsigned value = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = bad == std::errc() && end == text.data() + text.size();
    return whole && value > 0 && value < 65536 ? uint16_t(value) : otherwise;
}

// The host is no container of the deployment: a server elsewhere, or a name that nobody has.
template <typename Endpoint>
void not_a_member(Reach<Endpoint>& reach, const Member* backend, const ComposeModel& compose) {
    const std::string& host = reach.endpoint.host;
    const std::string shown = printable(host, 255);
    const bool on_the_host = backend && backend->container.network_mode == "host";
    if (host == "host.docker.internal" || (on_the_host && host == "localhost")) {
        reach.ways = {{Rung::direct, "127.0.0.1", reach.endpoint.port, {}, {}}};
    } else if (backend && (host == "localhost" || is_loopback(host))) {
        reach.obstacle =
            Error{ErrorCode::not_found,
                  fmt::format("inside the backend's container `{}` is that container itself", shown),
                  {}};
    } else if (compose.service(host) || host.find_first_of(".:") == std::string::npos) {
        reach.obstacle = Error{
            ErrorCode::not_found, fmt::format("no container of the deployment has the name `{}`", shown), {}};
    } else {
        reach.ways = {{Rung::direct, host, reach.endpoint.port, {}, {}}};
    }
}

// What cannot be verified from here may still be asked on the server's own loopback.
void keep_inside(std::vector<Way>& ways) {
    ways.erase(std::remove_if(ways.begin(), ways.end(),
                              [](const Way& way) { return way.rung != Rung::inside_container; }),
               ways.end());
}

template <typename Endpoint>
void find_ways(Reach<Endpoint>& reach, const Deployment& deployment, const ComposeModel& compose,
               const docker::Endpoint& engine, Role role) {
    const Member* backend = deployment.of_role(Role::backend);
    Answerer found = who_answers(deployment, backend, reach.endpoint.host);
    // Without a backend nobody says which name is meant, and .env may name the service of another shape.
    if (!found.member && !backend) found.member = deployment.of_role(role);
    if (!found.member) {
        not_a_member(reach, backend, compose);
        return;
    }
    reach.service = found.member->service;
    const docker::Container& container = found.member->container;
    reach.ways = ways_to(container, reach.endpoint.port, engine);
    if (reach.ways.empty())
        reach.obstacle = Error{ErrorCode::unreachable,
                               fmt::format("its container {} does not run (it is {})",
                                           printable(container.name, 80), docker::name_of(container.state)),
                               {}};
}

}  // namespace

std::string_view name_of(Rung rung) {
    switch (rung) {
    case Rung::direct:
        return "direct";
    case Rung::published_port:
        return "published port";
    case Rung::container_address:
        return "container address";
    case Rung::inside_container:
        return "client inside the container";
    }
    return "?";
}

std::string Way::text() const {
    switch (rung) {
    case Rung::direct:
        break;
    case Rung::published_port:
        return fmt::format("{}:{}, its published port", printable(host, 255), port);
    case Rung::container_address:
        return fmt::format("{}:{}, its container's address", printable(host, 255), port);
    case Rung::inside_container:
        return fmt::format("a client inside {}", printable(container_name, 80));
    }
    return fmt::format("{}:{}", printable(host, 255), port);
}

std::string Way::origin() const {
    const bool v6 = host.find(':') != std::string::npos;
    return fmt::format("http://{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

std::string Way::url(std::string_view path) const {
    return fmt::format("{}{}{}", origin(), path,
                       rung == Rung::inside_container ? " inside " + printable(container_name, 80) : "");
}

std::vector<Way> ways_to(const docker::Container& server, uint16_t port, const docker::Endpoint& engine) {
    if (server.state != ContainerState::running && server.state != ContainerState::paused) return {};
    const bool local = !engine.socket.empty();
    std::vector<Way> ways;
    for (const docker::Port& published : server.ports) {
        if (published.host_port == 0 || published.container_port != port || published.protocol != "tcp")
            continue;
        std::string host = published.host_address;
        if (is_wildcard(host)) host = local ? "127.0.0.1" : engine.host;
        if (!local && is_loopback(host)) continue;  // of the engine's machine
        if (ways.empty()) ways.push_back({Rung::published_port, host, published.host_port, {}, {}});
    }
    // Bridges exist on the engine's machine only; whether this one is that machine, the connection tells.
    if (local)
        for (const docker::Attachment& network : server.networks)
            if (!network.address.empty() && ways.size() < 3)
                ways.push_back({Rung::container_address, network.address, port, {}, {}});
    ways.push_back({Rung::inside_container, "127.0.0.1", port, server.id, server.name});
    return ways;
}

uint16_t http_port(const docker::Container& server, Role role) {
    if (role == Role::backend) return 3001;
    for (const auto* list : {&server.wanted_ports, &server.ports})
        for (const docker::Port& port : *list)
            if (port.protocol == "tcp" && port.container_port != 443) return port.container_port;
    return 80;
}

bool share_network(const docker::Container& a, const docker::Container& b) {
    for (const docker::Attachment& one : a.networks)
        for (const docker::Attachment& other : b.networks)
            if (one.network == other.network) return true;
    return a.network_mode == "host" && b.network_mode == "host";
}

Answerer who_answers(const Deployment& deployment, const Member* asking, std::string_view host) {
    Answerer found;
    for (const Member& member : deployment.members) {
        if (&member == asking || !answers_to(member, host)) continue;
        const bool shared = !asking || share_network(asking->container, member.container);
        if (!found.member || (shared && !found.shares_network)) found = {&member, shared};
    }
    return found;
}

const Secret* RunningValues::running(std::string_view name) const {
    if (const Member* backend = deployment.of_role(Role::backend))
        if (const Secret* value = backend->container.variable(name)) return value;
    const std::string_view in_image = name_in_database_image(name);
    if (const Member* database = deployment.of_role(Role::database); database && !in_image.empty())
        return database->container.variable(in_image);
    return nullptr;
}

std::string RunningValues::text(std::string_view name) const {
    if (const Secret* value = running(name)) return std::string(value->reveal());
    return settings.text(name);
}

Secret RunningValues::secret(std::string_view name) const {
    if (const Secret* value = running(name)) return *value;
    return settings.secret(name);
}

DatabaseReach reach_database(const Deployment& deployment, const settings::Settings& settings,
                             const ComposeModel& compose, const docker::Endpoint& engine,
                             const Trust& trust) {
    const RunningValues values{deployment, settings};
    DatabaseReach reach;
    reach.endpoint = database_endpoint(settings, compose, trust);
    if (const Secret* host = values.running("DB_HOST")) reach.endpoint.host = std::string(host->reveal());
    reach.endpoint.port = port_in(values.text("DB_PORT"), reach.endpoint.port);
    reach.endpoint.user = values.text("DB_USER");
    reach.endpoint.password = values.secret("DB_PASSWORD");
    reach.endpoint.database = values.text("DB_NAME");
    find_ways(reach, deployment, compose, engine, Role::database);
    if (unverifiable_tls(settings, reach.endpoint)) keep_inside(reach.ways);
    return reach;
}

CacheReach reach_cache(const Deployment& deployment, const settings::Settings& settings,
                       const ComposeModel& compose, const docker::Endpoint& engine, const Trust& trust) {
    const RunningValues values{deployment, settings};
    CacheReach reach;
    reach.endpoint = cache_endpoint(settings, compose, trust);
    if (const Secret* host = values.running("REDIS_HOST"))
        reach.endpoint.host = reach.endpoint.tls.name = std::string(host->reveal());
    reach.endpoint.port = port_in(values.text("REDIS_PORT"), reach.endpoint.port);
    reach.endpoint.password = values.secret("REDIS_PASSWORD");
    find_ways(reach, deployment, compose, engine, Role::cache);
    if (unverifiable_tls(reach.endpoint)) keep_inside(reach.ways);
    return reach;
}

}  // namespace logbook::deployment
