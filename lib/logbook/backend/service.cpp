// Parts, in the order in which they stand on each other.
#include "logbook/backend/service.h"

#include "logbook/api/steps/authorize.h"
#include "logbook/api/steps/cors.h"
#include "logbook/api/steps/csrf.h"
#include "logbook/api/steps/read_input.h"
#include "logbook/api/steps/request_id.h"
#include "logbook/api/steps/security_headers.h"
#include "logbook/api/steps/trusted_hosts.h"
#include "logbook/backend/authenticate.h"
#include "logbook/backend/endpoints.h"
#include "logbook/backend/routes.h"
#include "logbook/backend/schema_check.h"

namespace logbook::backend {
namespace {

// Probes ask every few seconds; their lines would bury the others.
const std::vector<std::string> quiet_paths{"/health"};

std::vector<api::Step> steps(const CoreSeams& seams, const CoreLog& log, const Rules& rules,
                             const Backend& backend, CoreScope scope) {
    const auto ignore_crash = [](const api::Call&, const std::string&) {};
    std::vector<api::Step> steps;
    steps.push_back(api::catch_errors(log.crash ? log.crash : api::CauseLog(ignore_crash)));
    steps.push_back(api::request_id());
    if (log.request) steps.push_back(api::access_log(seams.clock, log.request, quiet_paths));
    steps.push_back(api::security_headers());
    if (scope == CoreScope::health) return steps;
    steps.push_back(api::trusted_hosts(rules.hosts));
    steps.push_back(api::cors(rules.origins));
    steps.push_back(api::csrf());
    steps.push_back(api::authorize(make_authenticate(backend)));
    steps.push_back(api::read_input());
    return steps;
}

}  // namespace

struct Core::Parts {
    const net::SqlConnector& sql;
    const net::SqlEndpoint endpoint;
    Parts(Rules all, const net::SqlEndpoint& at_database, const net::RedisEndpoint& at_cache, CoreSeams seams,
          const CoreLog& log, std::vector<api::Route> own, CoreScope scope)
        : sql(seams.sql)
        , endpoint(at_database)
        , rules(std::move(all))
        , database(seams.sql, at_database, seams.clock, rules.audit_key, {}, log.warn)
        , cache(seams.redis, at_cache, seams.clock, {}, log.warn)
        , limiter(cache, seams.clock)
        , backend{seams.clock, make_readiness(seams.sql, at_database, seams.redis, at_cache),
                  rules,       database,
                  limiter,     passwords,
                  log.warn}
        , service(scope == CoreScope::health ? health_routes(backend) : all_routes(backend, std::move(own)),
                  steps(seams, log, rules, backend, scope)) {}

    const Rules rules;
    Database database;
    Cache cache;
    RateLimiter limiter;
    PasswordDesk passwords;
    const Backend backend;
    const api::Service service;
};

Core::Core(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Core::~Core() = default;

Result<bool> Core::prepare(Deadline deadline) {
    return prepare_schema(parts_->sql, parts_->endpoint, deadline);
}
const api::Service& Core::service() const {
    return parts_->service;
}
const Rules& Core::rules() const {
    return parts_->rules;
}
Database& Core::database() {
    return parts_->database;
}

Result<std::unique_ptr<Core>> Core::make(const settings::Settings& settings, CoreSeams seams, CoreLog log,
                                         std::vector<api::Route> own, CoreScope scope) {
    Result<Rules> rules = rules_of(settings);
    if (!rules) return fail(rules.error());
    const auto database = database_endpoint(settings);
    if (!database) return fail(database.error());
    const auto cache = cache_endpoint(settings);
    if (!cache) return fail(cache.error());
    return std::unique_ptr<Core>(new Core(
        std::make_unique<Parts>(std::move(*rules), *database, *cache, seams, log, std::move(own), scope)));
}

}  // namespace logbook::backend
