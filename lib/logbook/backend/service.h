// The Logbook's API on its own database and cache: from the application's settings to an api::Service, in one
// value.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "logbook/api/service.h"
#include "logbook/api/steps/access_log.h"
#include "logbook/api/steps/catch_errors.h"
#include "logbook/backend/database.h"
#include "logbook/backend/rules.h"
#include "logbook/base/clock.h"
#include "logbook/net/redis_session.h"
#include "logbook/net/sql_session.h"
#include "logbook/settings/settings.h"

namespace logbook::backend {

// What the API asks of the machine. All of it must outlive the Core.
struct CoreSeams {
    const Clock& clock;
    const net::SqlConnector& sql;
    const net::RedisConnector& redis;
};

// Called from several threads at once; each may be empty.
struct CoreLog {
    std::function<void(std::string_view line)> warn;  // one line, without secrets
    api::AccessLog request;                           // each request but those for /health
    api::CauseLog crash;                              // what a handler threw
};

// `health`: /health, /health/db and /health/redis alone, for whoever asks by whatever name. No table is
// looked at or made: beside the application itself, whose own /health proves less.
enum class CoreScope { all, health };

// Thread-safe.
class LOGBOOK_EXPORT Core {
  public:
    // Connects to nothing yet. `own` are routes of an embedder; they are served and documented beside the
    // others. Fails as rules_of() and the endpoints' readers do; throws std::invalid_argument on an own route
    // that does not fit (see api::Router).
    static Result<std::unique_ptr<Core>> make(const settings::Settings& settings, CoreSeams seams,
                                              CoreLog log = {}, std::vector<api::Route> own = {},
                                              CoreScope scope = CoreScope::all);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    ~Core();

    // Looks whether the database has all that the core needs, and makes the tables of an empty one: true.
    // Call it before anything is served. Fails as prepare_schema() does (backend/schema_check.h): with
    // `unsupported` and a list where something is missing; nothing of an existing schema is ever changed.
    Result<bool> prepare(Deadline deadline);

    const api::Service& service() const;
    const Rules& rules() const;
    Database& database();

  private:
    struct Parts;
    explicit Core(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace logbook::backend
