// Where things are, from the settings and the Compose files.
#include "logbook/deployment/address.h"

#include "logbook/base/text.h"
#include "logbook/host/file.h"

namespace logbook::deployment {
namespace {

uint16_t port_of(const settings::Settings& settings, std::string_view name, uint16_t otherwise) {
    const auto number = settings.number(name);
    return number && *number > 0 && *number < 65536 ? uint16_t(*number) : otherwise;
}

// The shipped Compose files set the host themselves and ignore what .env says, unless it is set there on
// purpose.
std::string host_of(const settings::Settings& settings, std::string_view name, const std::string& service) {
    const settings::Setting* setting = settings.get(name);
    const bool chosen = setting && setting->source != settings::Source::default_value;
    if (!chosen && !service.empty()) return service;
    return settings.text(name);
}

std::string local_url(const settings::Settings& settings, std::string_view port_name, uint16_t otherwise) {
    return "http://127.0.0.1:" + std::to_string(port_of(settings, port_name, otherwise));
}

}  // namespace

std::string backend_url(const settings::Settings& settings) {
    return local_url(settings, "BACKEND_PORT", 3001);
}

std::string frontend_url(const settings::Settings& settings) {
    return local_url(settings, "FRONTEND_PORT", 3000);
}

bool has_frontend(const settings::Settings& settings, const ComposeModel& compose) {
    const settings::Setting* port = settings.get("FRONTEND_PORT");
    return compose.of_role(Role::frontend) || (port && port->source != settings::Source::default_value);
}

std::string wrong_fingerprint(std::string_view text, std::initializer_list<size_t> bytes) {
    const std::string digits = replace_all(std::string(text), ":", "");
    const bool hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    for (const size_t size : bytes)
        if (hex && digits.size() == 2 * size) return {};
    return "is no fingerprint: openssl x509 -noout -fingerprint -sha1 -in FILE prints it";
}

net::SqlEndpoint database_endpoint(const settings::Settings& settings, const ComposeModel& compose,
                                   const Trust& trust) {
    net::SqlEndpoint endpoint;
    endpoint.host = host_of(settings, "DB_HOST", compose.service_name(Role::database));
    endpoint.port = port_of(settings, "DB_PORT", 3306);
    endpoint.user = settings.text("DB_USER");
    endpoint.password = settings.secret("DB_PASSWORD");
    endpoint.database = settings.text("DB_NAME");
    const auto encrypted = settings.flag("DB_SSL");
    endpoint.tls_ca = trust.ca.empty() ? settings.text("DB_SSL_CA") : trust.ca;
    if (encrypted && *encrypted && !endpoint.tls_ca.empty()) endpoint.tls = net::SqlTls::ca;
    if (!trust.ca.empty()) endpoint.tls = net::SqlTls::ca;
    if (!trust.fingerprint.empty()) {
        endpoint.tls = net::SqlTls::fingerprint;
        endpoint.tls_fingerprint = trust.fingerprint;
    }
    return endpoint;
}

std::optional<Error> unverifiable_tls(const settings::Settings& settings, const net::SqlEndpoint& endpoint) {
    const auto encrypted = settings.flag("DB_SSL");
    const bool asked = (encrypted && *encrypted) || endpoint.tls == net::SqlTls::ca;
    if (!asked || endpoint.tls == net::SqlTls::fingerprint) return std::nullopt;
    if (endpoint.tls_ca.empty())
        return Error{
            ErrorCode::unsupported, "DB_SSL is on without DB_SSL_CA, so the server cannot be verified", {}};
    if (const auto ca = host::file_facts(endpoint.tls_ca); !ca)
        return Error{
            ErrorCode::unsupported, "DB_SSL_CA cannot be read on this machine: " + ca.error().what, {}};
    return std::nullopt;
}

net::RedisEndpoint cache_endpoint(const settings::Settings& settings, const ComposeModel& compose,
                                  const Trust& trust) {
    net::RedisEndpoint endpoint;
    endpoint.host = host_of(settings, "REDIS_HOST", compose.service_name(Role::cache));
    endpoint.port = port_of(settings, "REDIS_PORT", 6379);
    endpoint.password = settings.secret("REDIS_PASSWORD");
    const auto encrypted = settings.flag("REDIS_SSL");
    endpoint.tls.on = (encrypted && *encrypted) || !trust.ca.empty() || !trust.fingerprint.empty();
    endpoint.tls.ca = trust.ca.empty() ? settings.text("REDIS_SSL_CA") : trust.ca;
    endpoint.tls.fingerprint = trust.fingerprint;
    endpoint.tls.name = endpoint.host;
    return endpoint;
}

std::optional<Error> unverifiable_tls(const net::RedisEndpoint& endpoint) {
    if (!endpoint.tls.on || !endpoint.tls.fingerprint.empty()) return std::nullopt;
    if (endpoint.tls.ca.empty())
        return Error{ErrorCode::unsupported,
                     "REDIS_SSL is on without REDIS_SSL_CA, so the server cannot be verified",
                     {}};
    if (const auto ca = host::file_facts(endpoint.tls.ca); !ca)
        return Error{
            ErrorCode::unsupported, "REDIS_SSL_CA cannot be read on this machine: " + ca.error().what, {}};
    return std::nullopt;
}

bool is_compose_name(std::string_view host, const ComposeModel& compose) {
    if (compose.service(host)) return true;
    return compose.services.empty() && is_usual_service_name(host);
}

}  // namespace logbook::deployment
