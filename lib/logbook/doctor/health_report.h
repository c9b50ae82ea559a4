// Health in layers: the backend, what it needs, and what stands in front of it, each asked by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/base/json.h"
#include "logbook/doctor/scene.h"

namespace logbook::doctor {

struct HealthLayer {
    std::string name;  // "backend", "database", "cache", "frontend", "public", "docs"
    std::string how;   // the URL, or "127.0.0.1:3306 (asked directly)"
    probe::HealthState state = probe::HealthState::unreachable;
    std::string said;  // why it is not healthy, or a remark
    net::HttpTimings timings;
    std::optional<Millis> certificate_left;  // until the certificate ends; https only
    bool applies = true;                     // false: shown, but not judged
};

enum class Health { healthy, degraded, unhealthy, unknown };
LOGBOOK_EXPORT std::string_view name_of(Health health);

struct HealthReport {
    std::vector<HealthLayer> layers;
    Millis took{0};

    LOGBOOK_EXPORT Health verdict() const;  // the worst layer that applies
};

// The backend's layers and, where there is one, the frontend. A backend without /health/db or /health/redis
// has its database or Redis asked directly.
LOGBOOK_EXPORT std::vector<HealthLayer> local_layers(const Scene& scene);

// Certificates that end sooner than this make a public layer degraded.
inline constexpr std::chrono::hours certificate_warning{14 * 24};

// The public face: /health behind the certificate, and what plain http answers. `url` is https://host[:port]
// or http.
LOGBOOK_EXPORT std::vector<HealthLayer> public_layers(const net::Transport& http, const std::string& url,
                                                      const Clock& clock, Deadline deadline);

// The first https origin of ALLOWED_ORIGINS (a comma list or a JSON array); empty when there is none.
LOGBOOK_EXPORT std::string public_url(const settings::Settings& settings);

// /docs, /redoc and /openapi.json on the backend, and why a 404 is one.
LOGBOOK_EXPORT std::vector<HealthLayer> documentation_layers(const net::Transport& http, const Scene& scene,
                                                             Deadline deadline);

LOGBOOK_EXPORT Json to_json(const HealthReport& report);

}  // namespace logbook::doctor
