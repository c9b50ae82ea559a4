// Three requests side by side.
#include "logbook/probe/backend_probe.h"

#include <thread>

namespace logbook::probe {

std::optional<std::chrono::seconds> clock_ahead(const HealthReading& reading, WallTime now) {
    if (!reading.date) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::seconds>(*reading.date - now);
}

BackendReading read_backend(const net::Transport& http, const std::string& base_url, Deadline deadline) {
    BackendReading reading;
    std::thread database([&] { reading.database = read_health(http, base_url + "/health/db", deadline); });
    std::thread cache([&] { reading.cache = read_health(http, base_url + "/health/redis", deadline); });
    reading.health = read_health(http, base_url + "/health", deadline);
    database.join();
    cache.join();
    return reading;
}

}  // namespace logbook::probe
