// Climbing.
#include "logbook/deployment/ladder.h"

#include "logbook/deployment/contained_http.h"
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

std::string path_of(const std::string& url) {
    const size_t authority = url.find("://");
    const size_t slash = url.find('/', authority == std::string::npos ? 0 : authority + 3);
    return slash == std::string::npos ? "/" : url.substr(slash);
}

}  // namespace

std::optional<Way> Ladder::used() const {
    const std::lock_guard lock(mutex_);
    return used_;
}

void Ladder::remember(std::optional<Way> used) const {
    const std::lock_guard lock(mutex_);
    used_ = std::move(used);
}

Result<std::unique_ptr<net::SqlSession>> SqlLadder::connect(const net::SqlEndpoint& endpoint,
                                                            Deadline deadline) const {
    std::optional<Way> used;
    const auto contained = [this](const Way& way) {
        return contained_sql(engine_, way.container, way.container_name);
    };
    auto session = climb<net::SqlSession>(ways_, endpoint, network_, contained, deadline, used);
    remember(std::move(used));
    return session;
}

tl::expected<net::HttpReply, net::HttpFailure> HttpLadder::send(const net::HttpRequest& request,
                                                                Deadline deadline) const {
    tl::expected<net::HttpReply, net::HttpFailure> reply = tl::unexpected(
        net::HttpFailure{{ErrorCode::unreachable, "there is no way to the server from here", {}}, {}, {}});
    std::optional<Way> used;
    for (const Way& way : ways_) {
        const bool last = &way == &ways_.back();
        const Deadline share = last ? deadline : deadline.at_most(deadline.remaining() / 2);
        net::HttpRequest there = request;
        there.url = way.origin() + path_of(request.url);
        there.headers.emplace_back("Host", "localhost");
        const bool inside = way.rung == Rung::inside_container;
        auto answer = inside ? contained_http(engine_, way.container, way.container_name)->send(there, share)
                             : network_.send(there, share);
        // Why a client inside could not be run is no news of the server.
        if (inside && used && !answer) break;
        reply = std::move(answer);
        used = way;
        if (reply || !may_climb(way, reply.error().error)) break;
    }
    remember(std::move(used));
    return reply;
}

Result<std::unique_ptr<net::RedisSession>> RedisLadder::connect(const net::RedisEndpoint& endpoint,
                                                                Deadline deadline) const {
    std::optional<Way> used;
    const auto contained = [this](const Way& way) {
        return contained_redis(engine_, way.container, way.container_name);
    };
    auto session = climb<net::RedisSession>(ways_, endpoint, network_, contained, deadline, used);
    remember(std::move(used));
    return session;
}

}  // namespace logbook::deployment
