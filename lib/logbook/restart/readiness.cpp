// One look at each role.
#include "logbook/restart/readiness.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/probe/cache_probe.h"
#include "logbook/probe/database_probe.h"

namespace logbook::restart {
namespace {

using deployment::Deployment;
using deployment::Member;
using deployment::Role;
using deployment::Rung;
using deployment::Way;
using probe::HealthState;

void keep_allowed(std::vector<Way>& ways, const World& world) {
    if (world.may_exec) return;
    ways.erase(std::remove_if(ways.begin(), ways.end(),
                              [](const Way& way) { return way.rung == Rung::inside_container; }),
               ways.end());
}

std::string by(const std::optional<Way>& way) {
    return way ? ", by " + way->text() : std::string();
}

Look look_at_database(const World& world, const Deployment& asking, Deadline deadline) {
    auto reach = deployment::reach_database(asking, world.settings, world.rendered, world.engine.endpoint());
    keep_allowed(reach.ways, world);
    if (reach.obstacle) return {Answer::not_yet, reach.obstacle->what};
    const deployment::SqlLadder ladder(reach.ways, world.sql, world.engine);
    const probe::DatabaseReading reading =
        probe::read_database(ladder, reach.endpoint, world.clock, deadline);
    if (reading.stage == probe::DatabaseStage::ready)
        return {Answer::ready, "a login and a query" + by(ladder.used())};
    const bool refused = reading.failure && reading.failure->code == ErrorCode::auth;
    return {refused ? Answer::refused : Answer::not_yet,
            reading.failure ? reading.failure->what : "no answer"};
}

Look look_at_cache(const World& world, const Deployment& asking, Deadline deadline) {
    auto reach = deployment::reach_cache(asking, world.settings, world.rendered, world.engine.endpoint());
    keep_allowed(reach.ways, world);
    if (reach.obstacle) return {Answer::not_yet, reach.obstacle->what};
    const deployment::RedisLadder ladder(reach.ways, world.redis, world.engine);
    const probe::CacheReading reading = probe::read_cache(ladder, reach.endpoint, world.clock, deadline);
    if (reading.stage != probe::CacheStage::ready)
        return {reading.stage == probe::CacheStage::login ? Answer::refused : Answer::not_yet,
                reading.failure ? reading.failure->what : "no answer"};
    if (reading.loading) return {Answer::not_yet, "it is still reading its data from disk"};
    return {Answer::ready, "AUTH and PING" + by(ladder.used())};
}

struct Asked {
    std::optional<probe::HealthReading> reading;  // nothing where no way leads there from here
    std::string way;
};

bool answered(const probe::HealthReading& reading) {
    return reading.status != 0;
}

Asked ask(const World& world, const docker::Container& container, Role role, std::string_view path,
          Deadline deadline) {
    const uint16_t port = deployment::http_port(container, role);
    std::vector<Way> ways = deployment::ways_to(container, port, world.engine.endpoint());
    keep_allowed(ways, world);
    if (ways.empty()) return {};
    const deployment::HttpLadder ladder(std::move(ways), world.http, world.engine);
    Asked asked;
    asked.reading = probe::read_health(ladder, "http://localhost" + std::string(path), deadline);
    if (const auto used = ladder.used()) asked.way = used->text();
    return asked;
}

Look look_at_backend(const World& world, const docker::Container& container, Deadline deadline) {
    const Asked asked = ask(world, container, Role::backend, "/health", deadline);
    const bool hidden = !asked.reading || asked.reading->state == HealthState::unreachable ||
                        asked.reading->state == HealthState::silent;
    // Where no way leads to it from here, its own healthcheck, which asks /health too, must do.
    if (hidden && container.health == docker::Health::healthy)
        return {Answer::ready, "its healthcheck; no way leads to it from here", true};
    if (!asked.reading) return {Answer::not_yet, "no way leads to it from here"};
    const probe::HealthReading& reading = *asked.reading;
    switch (reading.state) {
    case HealthState::healthy:
        return {Answer::ready, "/health says healthy, by " + asked.way};
    case HealthState::degraded:
        return {Answer::ready,
                fmt::format("/health says degraded{}, by {}",
                            reading.failing.empty() ? "" : " (" + join(reading.failing, ", ") + ")",
                            asked.way),
                true};
    case HealthState::bad_host:
    case HealthState::absent:
        return {Answer::ready, "it answers, by " + asked.way, true};
    default:
        return {Answer::not_yet, printable(reading.said, 200)};
    }
}

Look look_at_frontend(const World& world, const docker::Container& container, Deadline deadline) {
    const Asked asked = ask(world, container, Role::frontend, "/", deadline);
    if (asked.reading && answered(*asked.reading)) return {Answer::ready, "it answers, by " + asked.way};
    if (!asked.reading && container.health != docker::Health::unhealthy)
        return {Answer::ready, "it runs; no way leads to it from here", true};
    return {Answer::not_yet, asked.reading ? printable(asked.reading->said, 200) : "its healthcheck fails"};
}

}  // namespace

Look look_at(const World& world, const Deployment& asking, const Member& member, Deadline deadline) {
    switch (member.role) {
    case Role::database:
        return look_at_database(world, asking, deadline);
    case Role::cache:
        return look_at_cache(world, asking, deadline);
    case Role::backend:
        return look_at_backend(world, member.container, deadline);
    case Role::frontend:
        return look_at_frontend(world, member.container, deadline);
    default:
        break;
    }
    switch (member.container.health) {
    case docker::Health::starting:
    case docker::Health::unhealthy:
        return {Answer::not_yet,
                "its healthcheck says " + std::string(docker::name_of(member.container.health))};
    default:
        return {Answer::ready, "it runs"};
    }
}

Passage look_through(const World& world, const Deployment& deployment, const Member& frontend,
                     Deadline deadline) {
    Passage passage;
    if (const Member* backend = deployment.of_role(Role::backend))
        passage.backend_answers =
            look_at_backend(world, backend->container, deadline.at_most(deadline.remaining() / 3)).answer ==
            Answer::ready;
    const Asked asked = ask(world, frontend.container, Role::frontend, "/health", deadline);
    if (!asked.reading) {
        passage.said = "no way leads to the frontend from here";
        return passage;
    }
    const probe::HealthReading& reading = *asked.reading;
    passage.gateway_error = reading.state == HealthState::bad_gateway || reading.state == HealthState::silent;
    passage.frontend_passes = answered(reading) && !passage.gateway_error;
    passage.said = passage.frontend_passes
                       ? fmt::format("/health through the frontend says {}", probe::name_of(reading.state))
                       : printable(reading.said, 200);
    return passage;
}

}  // namespace logbook::restart
