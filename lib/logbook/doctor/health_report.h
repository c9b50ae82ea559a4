// Health in layers: the backend, what it needs, and what stands in front of it, each asked by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/base/json.h"
#include "logbook/doctor/scene.h"
#include "logbook/runbook/entry.h"

namespace logbook::doctor {

struct HealthLayer {
    std::string name;  // "backend", "database", "cache", "frontend", "public", "docs"
    std::string how;   // the URL, or "127.0.0.1:3306 (asked directly)"
    probe::HealthState state = probe::HealthState::unreachable;
    std::string said;                 // why it is not healthy, or a remark
    std::vector<runbook::Step> next;  // what to do about it: commands and lines of configuration to paste
    net::HttpTimings timings;
    std::optional<Millis> certificate_left;  // until the certificate ends; https only
    bool applies = true;                     // false: shown, but not judged
};

// What a reading says by itself, without steps.
HealthLayer layer_of(std::string name, const probe::HealthReading& reading);

enum class Health { healthy, degraded, unhealthy, unknown };
LOGBOOK_EXPORT std::string_view name_of(Health health);

struct HealthReport {
    std::vector<HealthLayer> layers;
    WallTime at{};  // when it was asked
    Millis took{0};

    LOGBOOK_EXPORT Health verdict() const;  // the worst layer that applies
};

// The backend's layers and, where there is one, the frontend. A backend without /health/db or /health/redis
// has its database or Redis asked directly.
LOGBOOK_EXPORT std::vector<HealthLayer> local_layers(const Scene& scene);

// /docs, /redoc and /openapi.json on the backend, and why a 404 is one.
LOGBOOK_EXPORT std::vector<HealthLayer> documentation_layers(const Scene& scene);

LOGBOOK_EXPORT Json to_json(const HealthReport& report);

}  // namespace logbook::doctor
