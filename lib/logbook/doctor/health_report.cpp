// Health in layers, from readings.
#include "logbook/doctor/health_report.h"

#include <algorithm>
#include <fmt/format.h>
#include <future>

#include "logbook/base/text.h"
#include "logbook/doctor/next_steps.h"

namespace logbook::doctor {
namespace {

using probe::HealthState;

HealthState state_of(const probe::DatabaseReading& reading) {
    switch (reading.stage) {
    case probe::DatabaseStage::ready:
        return HealthState::healthy;
    case probe::DatabaseStage::name:
        return HealthState::unreachable;
    case probe::DatabaseStage::connect:
        return HealthState::refused;
    case probe::DatabaseStage::greeting:
        return reading.failure->code == ErrorCode::timeout ? HealthState::silent : HealthState::foreign;
    case probe::DatabaseStage::login:
    case probe::DatabaseStage::database:
        return HealthState::unhealthy;
    }
    return HealthState::unreachable;
}

HealthState state_of(const probe::CacheReading& reading) {
    switch (reading.stage) {
    case probe::CacheStage::ready:
        return HealthState::healthy;
    case probe::CacheStage::name:
        return HealthState::unreachable;
    case probe::CacheStage::connect:
        return HealthState::refused;
    case probe::CacheStage::greeting:
        return reading.failure->code == ErrorCode::timeout ? HealthState::silent : HealthState::foreign;
    case probe::CacheStage::login:
        return HealthState::unhealthy;
    }
    return HealthState::unreachable;
}

// The database's or Redis' own answer, for a backend that has no endpoint for it.
template <typename Reading>
HealthLayer asked_directly(std::string name, const Reading& reading, bool inside_compose) {
    HealthLayer layer;
    layer.name = std::move(name);
    layer.how = fmt::format("{}:{} (this release has no endpoint for it: asked directly)",
                            printable(reading.host, 255), reading.port);
    layer.state = state_of(reading);
    layer.timings.total = reading.took;
    if (reading.failure) layer.said = reading.failure->what;
    if (inside_compose && layer.state == HealthState::unreachable) {
        layer.said = "a name inside the Compose network, which this machine cannot look up";
        layer.applies = false;
    }
    return layer;
}

HealthLayer frontend_layer(const Scene& scene) {
    HealthLayer layer = layer_of("frontend", scene.frontend());
    layer.next = steps_in_front(layer.state, origin_of(layer.how), "http://backend:3001");
    return layer;
}

Health health_of(const HealthLayer& layer) {
    switch (layer.state) {
    case HealthState::healthy:
        return Health::healthy;
    case HealthState::degraded:
    case HealthState::starting:
    case HealthState::redirect:
        return Health::degraded;
    case HealthState::unhealthy:
    case HealthState::bad_gateway:
    case HealthState::bad_host:
    case HealthState::redirect_loop:
    case HealthState::untrusted:
    case HealthState::absent:
    case HealthState::foreign:
    case HealthState::refused:
    case HealthState::silent:
        return Health::unhealthy;
    case HealthState::unreachable:
        return Health::unknown;
    }
    return Health::unknown;
}

Json timing(Millis value) {
    return value.count() < 0 ? Json() : Json(int64_t(value.count()));
}

}  // namespace

HealthLayer layer_of(std::string name, const probe::HealthReading& reading) {
    HealthLayer layer;
    layer.name = std::move(name);
    layer.how = reading.url;
    layer.state = reading.state;
    layer.timings = reading.timings;
    if (reading.state != HealthState::healthy) layer.said = reading.said;
    if (!reading.failing.empty()) layer.said += " (failing: " + join(reading.failing, ", ") + ")";
    return layer;
}

std::string_view name_of(Health health) {
    switch (health) {
    case Health::healthy:
        return "healthy";
    case Health::degraded:
        return "degraded";
    case Health::unhealthy:
        return "unhealthy";
    case Health::unknown:
        return "unknown";
    }
    return "?";
}

Health HealthReport::verdict() const {
    // Unhealthy outweighs unknown: what is known to be wrong is worth more than what could not be asked.
    Health worst = Health::healthy;
    const auto weight = [](Health health) {
        return health == Health::unhealthy  ? 3
               : health == Health::unknown  ? 2
               : health == Health::degraded ? 1
                                            : 0;
    };
    for (const HealthLayer& layer : layers)
        if (layer.applies && weight(health_of(layer)) > weight(worst)) worst = health_of(layer);
    return worst;
}

std::vector<HealthLayer> local_layers(const Scene& scene) {
    // Side by side: a backend that hangs must not use up the time in which its frontend would say 504.
    const bool fronted = deployment::has_frontend(scene.settings(), scene.compose().model);
    std::future<void> meanwhile;
    if (fronted) meanwhile = std::async(std::launch::async, [&scene] { (void)scene.frontend(); });
    const auto& backend = scene.backend();
    std::vector<HealthLayer> layers = {layer_of("backend", backend.health)};
    const auto answers = [](const probe::HealthReading& r) {
        return r.state != HealthState::refused && r.state != HealthState::unreachable;
    };
    if (backend.database.state == HealthState::absent || !answers(backend.database))
        layers.push_back(
            asked_directly("database", scene.database(),
                           deployment::is_compose_name(scene.database().host, scene.compose().model)));
    else
        layers.push_back(layer_of("database", backend.database));
    if (backend.cache.state == HealthState::absent || !answers(backend.cache))
        layers.push_back(asked_directly(
            "cache", scene.cache(), deployment::is_compose_name(scene.cache().host, scene.compose().model)));
    else
        layers.push_back(layer_of("cache", backend.cache));
    if (fronted) layers.push_back(frontend_layer(scene));
    return layers;
}

std::vector<HealthLayer> documentation_layers(const Scene& scene) {
    const auto& settings = scene.settings();
    const auto enabled = scene.backend_settings().flag("ENABLE_DOCS");
    const auto ask = [&](deployment::Role role, const char* path, const std::string& why_missing) {
        HealthLayer layer;
        layer.name = "docs";
        const auto [url, reply] = scene.page(role, path);
        layer.how = url;
        if (!reply) {
            layer.state = HealthState::refused;
            layer.said = reply.error().error.what;
            layer.timings = reply.error().timings;
            return layer;
        }
        layer.timings = reply->timings;
        if (reply->status == 200) {
            layer.state = HealthState::healthy;
        } else if (reply->status == 404) {
            layer.state = HealthState::absent;
            layer.said = "404: " + why_missing;
        } else {
            layer.state = HealthState::foreign;
            layer.said = fmt::format("HTTP {}", reply->status);
        }
        return layer;
    };
    const bool off = enabled && !*enabled;
    const std::string why =
        off ? "disabled by ENABLE_DOCS=false, as production demands"
            : "the backend has no such page; in production they are disabled (ENABLE_DOCS)";
    std::vector<HealthLayer> layers;
    for (const char* path : {"/docs", "/redoc", "/openapi.json"}) {
        layers.push_back(ask(deployment::Role::backend, path, why));
        // Switched off on purpose is no fault.
        layers.back().applies = !(layers.back().state == HealthState::absent && off);
    }
    if (deployment::has_frontend(settings, scene.compose().model)) {
        layers.push_back(ask(deployment::Role::frontend, "/docs",
                             "the frontend does not pass it on; ask the backend's own port"));
        layers.back().applies = false;
    }
    return layers;
}

Json to_json(const HealthReport& report) {
    Json::Array layers;
    for (const HealthLayer& layer : report.layers) {
        Json::Array next;
        for (const runbook::Step& step : layer.next)
            next.push_back(Json::object({{"text", step.text}, {"command", step.command}}));
        const auto& t = layer.timings;
        layers.push_back(Json::object(
            {{"layer", layer.name},
             {"how", layer.how},
             {"state", probe::name_of(layer.state)},
             {"judged", layer.applies},
             {"said", layer.said},
             {"next", Json(std::move(next))},
             {"timings_ms", Json::object({{"resolved", timing(t.resolved)},
                                          {"connected", timing(t.connected)},
                                          {"tls", timing(t.tls_done)},
                                          {"first_byte", timing(t.first_byte)},
                                          {"total", timing(t.total)}})},
             {"certificate_days_left", layer.certificate_left
                                           ? Json(int64_t(layer.certificate_left->count() / 86'400'000))
                                           : Json()}}));
    }
    return Json::object({{"verdict", name_of(report.verdict())},
                         {"at", iso8601(report.at)},
                         {"took_ms", int64_t(report.took.count())},
                         {"layers", Json(std::move(layers))}});
}

}  // namespace logbook::doctor
