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

// `by(way, deadline)` connects one way. The failure of the first way that found a server, else of the last
// network way: what a client inside says last is said in its own words.
template <typename Session, typename Connect>
Result<std::unique_ptr<Session>> climb(const std::vector<Way>& ways, Deadline deadline,
                                       std::optional<Way>& used, const Connect& by) {
    Result<std::unique_ptr<Session>> session =
        fail(ErrorCode::unreachable, "there is no way to the server from here");
    for (size_t i = 0; i < ways.size(); ++i) {
        const bool last = i + 1 == ways.size();
        used = ways[i];
        session = by(ways[i], last ? deadline : deadline.at_most(deadline.remaining() / 2));
        if (session || !may_climb(ways[i], session.error())) return session;
    }
    return session;
}

}  // namespace

Result<std::unique_ptr<net::SqlSession>> SqlLadder::connect(const net::SqlEndpoint& endpoint,
                                                            Deadline deadline) const {
    std::optional<Way> used;
    auto session = climb<net::SqlSession>(
        ways_, deadline, used,
        [&](const Way& way, Deadline share) -> Result<std::unique_ptr<net::SqlSession>> {
            net::SqlEndpoint there = endpoint;
            there.host = way.host;
            there.port = way.port;
            if (way.rung != Rung::inside_container) return network_.connect(there, share);
            return contained_sql(engine_, way.container, way.container_name)->connect(there, share);
        });
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
    auto session = climb<net::RedisSession>(
        ways_, deadline, used,
        [&](const Way& way, Deadline share) -> Result<std::unique_ptr<net::RedisSession>> {
            net::RedisEndpoint there = endpoint;
            there.host = way.host;
            there.port = way.port;
            if (way.rung != Rung::inside_container) return network_.connect(there, share);
            return contained_redis(engine_, way.container, way.container_name)->connect(there, share);
        });
    const std::lock_guard lock(mutex_);
    used_ = used;
    return session;
}

std::optional<Way> RedisLadder::used() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

}  // namespace logbook::deployment
