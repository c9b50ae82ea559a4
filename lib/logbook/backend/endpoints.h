// From the application's settings to the servers that they name.
#pragma once

#include "logbook/base/result.h"
#include "logbook/net/redis_session.h"
#include "logbook/net/sql_session.h"
#include "logbook/settings/settings.h"

namespace logbook::backend {

// DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, DB_SSL, DB_SSL_CA. Fails with `invalid` on a port or flag
// that is none, and with `unsupported` on TLS without a certificate authority: the password would go to
// anyone.
LOGBOOK_EXPORT Result<net::SqlEndpoint> database_endpoint(const settings::Settings& settings);

// REDIS_HOST, REDIS_PORT, REDIS_PASSWORD. Fails with `unsupported` on REDIS_SSL.
LOGBOOK_EXPORT Result<net::RedisEndpoint> cache_endpoint(const settings::Settings& settings);

}  // namespace logbook::backend
