// Settings to endpoints.
#include "logbook/backend/endpoints.h"

#include <fmt/format.h>

namespace logbook::backend {
namespace {

Result<uint16_t> port_of(const settings::Settings& settings, std::string_view name) {
    const Result<int64_t> number = settings.number(name);
    if (!number) return fail(number.error());
    if (*number < 1 || *number > 65535)
        return fail(ErrorCode::invalid, fmt::format("{}={} is not a port", name, *number),
                    "a port is a number from 1 to 65535");
    return uint16_t(*number);
}

}  // namespace

Result<net::SqlEndpoint> database_endpoint(const settings::Settings& settings) {
    const Result<uint16_t> port = port_of(settings, "DB_PORT");
    if (!port) return fail(port.error());
    const Result<bool> tls = settings.flag("DB_SSL");
    if (!tls) return fail(tls.error());
    net::SqlEndpoint endpoint;
    endpoint.host = settings.text("DB_HOST");
    endpoint.port = *port;
    endpoint.user = settings.text("DB_USER");
    endpoint.password = settings.secret("DB_PASSWORD");
    endpoint.database = settings.text("DB_NAME");
    if (*tls) {
        endpoint.tls = net::SqlTls::ca;
        endpoint.tls_ca = settings.text("DB_SSL_CA");
        if (endpoint.tls_ca.empty())
            return fail(ErrorCode::unsupported, "DB_SSL is on, but DB_SSL_CA names no certificate authority",
                        "set DB_SSL_CA to the file of the authority that signed the database's certificate");
    }
    return endpoint;
}

Result<net::RedisEndpoint> cache_endpoint(const settings::Settings& settings) {
    const Result<uint16_t> port = port_of(settings, "REDIS_PORT");
    if (!port) return fail(port.error());
    const Result<bool> tls = settings.flag("REDIS_SSL");
    if (!tls) return fail(tls.error());
    if (*tls)
        return fail(ErrorCode::unsupported, "REDIS_SSL is on; this server speaks to Redis without TLS only",
                    "set REDIS_SSL=false where the network between the two is trusted");
    net::RedisEndpoint endpoint;
    endpoint.host = settings.text("REDIS_HOST");
    endpoint.port = *port;
    endpoint.password = settings.secret("REDIS_PASSWORD");
    return endpoint;
}

}  // namespace logbook::backend
