// The real checks, through the network seams.
#include "logbook/backend/readiness.h"

#include <fmt/format.h>

#include "logbook/backend/shared_check.h"

namespace logbook::backend {
namespace {

// The seams get less than a caller waits, so that their own, better words come in time.
constexpr Millis margin{100};

ComponentHealth timed(const std::function<Status(Deadline)>& check, Millis budget) {
    const auto begun = std::chrono::steady_clock::now();
    const Status done = check(Deadline::in(budget));
    ComponentHealth health;
    health.ready = done.has_value();
    health.latency = std::chrono::duration_cast<Millis>(std::chrono::steady_clock::now() - begun);
    if (!done) health.error = safe_words(done.error());
    return health;
}

}  // namespace

Status check_database(const net::SqlConnector& connector, const net::SqlEndpoint& endpoint,
                      Deadline deadline) {
    auto session = connector.connect(endpoint, deadline);
    if (!session) return fail(session.error());
    const auto rows = (*session)->query("SELECT 1", deadline);
    if (!rows) return fail(rows.error());
    return {};
}

Status check_cache(const net::RedisConnector& connector, const net::RedisEndpoint& endpoint,
                   Deadline deadline) {
    auto session = connector.connect(endpoint, deadline);
    if (!session) return fail(session.error());
    const auto reply = (*session)->command({"PING"}, deadline);
    if (!reply) return fail(reply.error());
    if (reply->is_error()) return fail(ErrorCode::auth, reply->text);
    return {};
}

std::string safe_words(const Error& error) {
    std::string words;
    switch (error.code) {
    case ErrorCode::auth:
    case ErrorCode::denied:
        words = "the credentials are refused";
        break;
    case ErrorCode::timeout:
        words = "no answer in time";
        break;
    case ErrorCode::unreachable:
    case ErrorCode::not_found:
        words = "no connection";
        break;
    case ErrorCode::closed:
        words = "the connection was closed";
        break;
    case ErrorCode::tls:
        words = "the encrypted channel could not be made";
        break;
    case ErrorCode::invalid:
    case ErrorCode::io:
    case ErrorCode::protocol:
    case ErrorCode::conflict:
    case ErrorCode::declined:
    case ErrorCode::too_large:
    case ErrorCode::unsupported:
    case ErrorCode::interrupted:
        words = "the check failed";
        break;
    }
    const int number = net::server_errno(error);
    if (number == 1049) words = "the database does not exist";
    return number == 0 ? words : fmt::format("{} ({})", words, number);
}

Readiness make_readiness(const net::SqlConnector& sql, net::SqlEndpoint database,
                         const net::RedisConnector& redis, net::RedisEndpoint cache, Millis budget) {
    const Millis inner = budget > 2 * margin ? budget - margin : budget;
    const auto shared = [&](std::function<Status(Deadline)> check) {
        return std::make_shared<SharedCheck>(
            [check = std::move(check), inner] { return timed(check, inner); }, health_reuse);
    };
    Readiness readiness;
    readiness.budget = budget;
    readiness.database = shared([&sql, endpoint = std::move(database)](Deadline deadline) {
        return check_database(sql, endpoint, deadline);
    });
    readiness.cache = shared([&redis, endpoint = std::move(cache)](Deadline deadline) {
        return check_cache(redis, endpoint, deadline);
    });
    return readiness;
}

}  // namespace logbook::backend
