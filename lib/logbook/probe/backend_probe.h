// The backend's three health endpoints, asked at once: a slow one must not add to the others.
#pragma once

#include "logbook/probe/health_probe.h"

namespace logbook::probe {

struct BackendReading {
    HealthReading health, database, cache;  // /health, /health/db, /health/redis
};

// How far the backend's clock is ahead of `now`, by the Date of its answer; nothing where it sent none.
LOGBOOK_EXPORT std::optional<std::chrono::seconds> clock_ahead(const HealthReading& reading, WallTime now);

// `base_url` without a slash at its end. Never longer than `deadline`.
LOGBOOK_EXPORT BackendReading read_backend(const net::Transport& http, const std::string& base_url,
                                           Deadline deadline);

}  // namespace logbook::probe
