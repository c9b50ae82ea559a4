// One look at each role.
#include "logbook/restart/readiness.h"

#include <algorithm>
#include <charconv>
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

// In production the application answers to the names that it is told only; `localhost` is always one.
class AsLocalhost final : public net::Transport {
  public:
    explicit AsLocalhost(const net::Transport& below) : below_(below) {}
    tl::expected<net::HttpReply, net::HttpFailure> send(const net::HttpRequest& request,
                                                        Deadline deadline) const override {
        net::HttpRequest named = request;
        named.headers.emplace_back("Host", "localhost");
        return below_.send(named, deadline);
    }

  private:
    const net::Transport& below_;
};

template <typename Reach>
void keep_allowed(Reach& reach, const World& world) {
    if (world.may_exec) return;
    reach.ways.erase(std::remove_if(reach.ways.begin(), reach.ways.end(),
                                    [](const Way& way) { return way.rung == Rung::inside_container; }),
                     reach.ways.end());
}

std::string by(const std::optional<Way>& way) {
    return way ? ", by " + way->text() : std::string();
}

Look look_at_database(const World& world, const Deployment& asking, Deadline deadline) {
    auto reach = deployment::reach_database(asking, world.settings, world.rendered, world.engine.endpoint());
    keep_allowed(reach, world);
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
    keep_allowed(reach, world);
    if (reach.obstacle) return {Answer::not_yet, reach.obstacle->what};
    const deployment::RedisLadder ladder(reach.ways, world.redis, world.engine);
    const probe::CacheReading reading = probe::read_cache(ladder, reach.endpoint, world.clock, deadline);
    if (reading.stage != probe::CacheStage::ready)
        return {reading.stage == probe::CacheStage::login ? Answer::refused : Answer::not_yet,
                reading.failure ? reading.failure->what : "no answer"};
    if (reading.loading) return {Answer::not_yet, "it is still reading its data from disk"};
    return {Answer::ready, "AUTH and PING" + by(ladder.used())};
}

std::vector<Way> network_ways(const World& world, const docker::Container& container, uint16_t port) {
    std::vector<Way> ways = deployment::ways_to(container, port, world.engine.endpoint());
    ways.erase(std::remove_if(ways.begin(), ways.end(),
                              [](const Way& way) { return way.rung == Rung::inside_container; }),
               ways.end());
    return ways;
}

std::string url_of(const Way& way, std::string_view path) {
    const bool v6 = way.host.find(':') != std::string::npos;
    return fmt::format("http://{}{}{}:{}{}", v6 ? "[" : "", way.host, v6 ? "]" : "", way.port, path);
}

uint16_t backend_port(const docker::Container& container) {
    if (const Secret* value = container.variable("PORT")) {
        unsigned port = 0;
        const std::string_view text = value->reveal();
        const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), port);
        if (bad == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536)
            return uint16_t(port);
    }
    return 3001;
}

uint16_t frontend_port(const docker::Container& container) {
    for (const auto* list : {&container.wanted_ports, &container.ports})
        for (const docker::Port& port : *list)
            if (port.protocol == "tcp" && port.container_port != 443) return port.container_port;
    return 80;
}

struct Asked {
    std::optional<probe::HealthReading> reading;  // of the first way that somebody answered by, else the last
    std::string way;
};

bool answered(const probe::HealthReading& reading) {
    return reading.status != 0;
}

Asked ask(const World& world, const std::vector<Way>& ways, std::string_view path, Deadline deadline) {
    const AsLocalhost http(world.http);
    Asked asked;
    for (size_t i = 0; i < ways.size(); ++i) {
        const bool last = i + 1 == ways.size();
        const Deadline share = last ? deadline : deadline.at_most(deadline.remaining() / 2);
        asked.reading = probe::read_health(http, url_of(ways[i], path), share);
        asked.way = ways[i].text();
        if (answered(*asked.reading)) break;
    }
    return asked;
}

Look look_at_backend(const World& world, const docker::Container& container, Deadline deadline) {
    const Asked asked =
        ask(world, network_ways(world, container, backend_port(container)), "/health", deadline);
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
    const Asked asked = ask(world, network_ways(world, container, frontend_port(container)), "/", deadline);
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
    const Asked asked = ask(world, network_ways(world, frontend.container, frontend_port(frontend.container)),
                            "/health", deadline);
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
