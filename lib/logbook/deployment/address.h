// Where a deployment's servers are, as seen from this machine.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "logbook/deployment/compose_model.h"
#include "logbook/net/redis_session.h"
#include "logbook/net/sql_session.h"
#include "logbook/settings/settings.h"

namespace logbook::deployment {

// "http://127.0.0.1:3001": where the backend and the frontend are published on this machine.
LOGBOOK_EXPORT std::string backend_url(const settings::Settings& settings);
LOGBOOK_EXPORT std::string frontend_url(const settings::Settings& settings);

// Whether there is a frontend to ask: its port is set, or a Compose file has the service.
LOGBOOK_EXPORT bool has_frontend(const settings::Settings& settings, const ComposeModel& compose);

// How a server's certificate is trusted beyond what the settings say: what the operator gave. Empty: nothing.
struct Trust {
    std::string ca;           // a file on this machine, instead of DB_SSL_CA or REDIS_SSL_CA
    std::string fingerprint;  // of the one certificate; SHA-1 or, of Redis, SHA-256; hex, colons allowed
};

// What is wrong with a fingerprint, for people; empty for one of `bytes` (20: SHA-1, 32: SHA-256) in hex.
// Pure.
LOGBOOK_EXPORT std::string wrong_fingerprint(std::string_view text, std::initializer_list<size_t> bytes);

// The database and the cache. A port that is none is read as the usual one: the gate and `config check` say
// so.
LOGBOOK_EXPORT net::SqlEndpoint database_endpoint(const settings::Settings& settings,
                                                  const ComposeModel& compose, const Trust& trust = {});
LOGBOOK_EXPORT net::RedisEndpoint cache_endpoint(const settings::Settings& settings,
                                                 const ComposeModel& compose, const Trust& trust = {});

// Why the encryption that DB_SSL asks for cannot be verified from here, if so. Then no connection may be made
// at all: the client would hand the password to whoever answers.
LOGBOOK_EXPORT std::optional<Error> unverifiable_tls(const settings::Settings& settings,
                                                     const net::SqlEndpoint& endpoint);
// The same of REDIS_SSL.
LOGBOOK_EXPORT std::optional<Error> unverifiable_tls(const net::RedisEndpoint& endpoint);

// Whether a host name means a service inside the Compose network, which this machine cannot look up.
LOGBOOK_EXPORT bool is_compose_name(std::string_view host, const ComposeModel& compose);

}  // namespace logbook::deployment
