// Climbing.
#include "logbook/deployment/ladder.h"

#include "logbook/deployment/contained_redis.h"
#include "logbook/deployment/contained_sql.h"

namespace logbook::deployment {
namespace {

// A failure that says nothing about the server itself. A published port belongs to the engine's own proxy,
// which accepts, and hangs up when nobody listens behind it.
bool may_climb(const Way& way, const Error& error) {
    if (error.code == ErrorCode::unreachable || error.code == ErrorCode::not_found) return true;
    return way.rung == Rung::published_port && error.code == ErrorCode::closed;
}

// The failure of the first way that found a server, else of the last one: what a client inside says is said
// in its own words. `contained(way)` makes the connector of the last rung.
template <typename Session, typename Endpoint, typename Connector, typename Contained>
Result<std::unique_ptr<Session>> climb(const std::vector<Way>& ways, const Endpoint& endpoint,
                                       const Connector& network, const Contained& contained,
                                       Deadline deadline, std::optional<Way>& used) {
    Result<std::unique_ptr<Session>> session =
        fail(ErrorCode::unreachable, "there is no way to the server from here");
    for (const Way& way : ways) {
        const bool last = &way == &ways.back();
        const Deadline share = last ? deadline : deadline.at_most(deadline.remaining() / 2);
        Endpoint there = endpoint;
        there.host = way.host;
        there.port = way.port;
        used = way;
        session = way.rung == Rung::inside_container ? contained(way)->connect(there, share)
                                                     : network.connect(there, share);
        if (session || !may_climb(way, session.error())) return session;
    }
    return session;
}

}  // namespace

Result<std::unique_ptr<net::SqlSession>> SqlLadder::connect(const net::SqlEndpoint& endpoint,
                                                            Deadline deadline) const {
    std::optional<Way> used;
    const auto contained = [this](const Way& way) {
        return contained_sql(engine_, way.container, way.container_name);
    };
    auto session = climb<net::SqlSession>(ways_, endpoint, network_, contained, deadline, used);
    const std::lock_guard lock(mutex_);
    used_ = used;
    return session;
}

std::optional<Way> SqlLadder::used() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

Result<std::unique_ptr<net::RedisSession>> RedisLadder::connect(const net::RedisEndpoint& endpoint,
                                                                Deadline deadline) const {
    std::optional<Way> used;
    const auto contained = [this](const Way& way) {
        return contained_redis(engine_, way.container, way.container_name);
    };
    auto session = climb<net::RedisSession>(ways_, endpoint, network_, contained, deadline, used);
    const std::lock_guard lock(mutex_);
    used_ = used;
    return session;
}

std::optional<Way> RedisLadder::used() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

}  // namespace logbook::deployment
