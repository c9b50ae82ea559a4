// The ways from this machine to a server of the deployment, best first: its published port, its address on
// the engine's network, a client run inside its container. Pure; the climbing is in ladder.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/deployment/address.h"
#include "logbook/deployment/find.h"
#include "logbook/docker/endpoint.h"

namespace logbook::deployment {

enum class Rung { direct, published_port, container_address, inside_container };
LOGBOOK_EXPORT std::string_view name_of(Rung rung);  // "published port"

struct Way {
    Rung rung = Rung::direct;
    std::string host;  // to connect to; inside the container: its loopback
    uint16_t port = 0;
    std::string container, container_name;  // of inside_container: its id, and how people know it

    LOGBOOK_EXPORT std::string text() const;    // "127.0.0.1:13306, its published port"
    LOGBOOK_EXPORT std::string origin() const;  // "http://127.0.0.1:3001"
    // For people: "http://127.0.0.1:3001/health", and inside which container where that is the way.
    LOGBOOK_EXPORT std::string url(std::string_view path) const;
};

// Empty for a container that does not run. A paused one has ways: its sockets still accept.
LOGBOOK_EXPORT std::vector<Way> ways_to(const docker::Container& server, uint16_t port,
                                        const docker::Endpoint& engine);

// The port inside its container on which a backend or a frontend serves HTTP: the backend's never changes
// (BACKEND_PORT is the host's side), a frontend's is told by what it publishes.
LOGBOOK_EXPORT uint16_t http_port(const docker::Container& server, Role role);

// Who answers inside the deployment's networks to a host name that `asking` uses.
struct Answerer {
    const Member* member = nullptr;  // nullptr: no container has that name
    bool shares_network = false;     // with `asking`; a name is looked up only there
};
LOGBOOK_EXPORT Answerer who_answers(const Deployment& deployment, const Member* asking,
                                    std::string_view host);

// One network of both; a container that does not run keeps the networks it was made with.
LOGBOOK_EXPORT bool share_network(const docker::Container& a, const docker::Container& b);

// What the running application was given: the backend's own environment first, then, of a database, what its
// container was made with, then `settings`. An absent value is an empty one.
struct RunningValues {
    const Deployment& deployment;
    const settings::Settings& settings;

    LOGBOOK_EXPORT std::string text(std::string_view name) const;
    LOGBOOK_EXPORT Secret secret(std::string_view name) const;
    // Of a container of the deployment; nullptr where only `settings` would tell.
    LOGBOOK_EXPORT const Secret* running(std::string_view name) const;
};

// Where the application finds its database, its login there, and the ways from here. `obstacle` is set where
// there is none: `not_found` (nobody has that name inside), `unreachable` (its container does not run).
template <typename Endpoint>
struct Reach {
    Endpoint endpoint;  // host and port as the backend names them
    std::vector<Way> ways;
    std::string service;  // empty: not a service of the deployment
    std::optional<Error> obstacle;
};
using DatabaseReach = Reach<net::SqlEndpoint>;
using CacheReach = Reach<net::RedisEndpoint>;

LOGBOOK_EXPORT DatabaseReach reach_database(const Deployment& deployment, const settings::Settings& settings,
                                            const ComposeModel& compose, const docker::Endpoint& engine,
                                            const Trust& trust = {});
LOGBOOK_EXPORT CacheReach reach_cache(const Deployment& deployment, const settings::Settings& settings,
                                      const ComposeModel& compose, const docker::Endpoint& engine,
                                      const Trust& trust = {});

}  // namespace logbook::deployment
