// Reading, through the ladder.
#include "logbook/restart/survey.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/restart/leftover.h"
#include "logbook/restart/table_facts.h"

namespace logbook::restart {
namespace {

using deployment::Deployment;
using deployment::Member;
using docker::ContainerState;
using probe::DatabaseStage;

Stand stand_of(const docker::Container& container) {
    switch (container.state) {
    case ContainerState::running:
        return Stand::up;
    case ContainerState::paused:
    case ContainerState::restarting:
    case ContainerState::unknown:
    case ContainerState::removing:
        return Stand::troubled;
    case ContainerState::created:
    case ContainerState::exited:
    case ContainerState::dead:
        return Stand::down;
    }
    return Stand::troubled;
}

// The graver of two containers of one service.
Stand worse(Stand a, Stand b) {
    if (a == b) return a;
    return a == Stand::missing ? b : b == Stand::missing ? a : Stand::troubled;
}

bool has_finished(const Member& member) {
    const docker::Container& container = member.container;
    return member.role == Role::other && container.state == ContainerState::exited &&
           container.exit_code == 0 && container.restart_policy.name == "no" && container.finished;
}

std::vector<std::string> needs_of(const Member* member, const deployment::ComposeService* service) {
    std::vector<std::string> needs;
    if (member && member->container.compose.depends_on)
        for (const auto& dependency : *member->container.compose.depends_on)
            needs.push_back(dependency.service);
    if (needs.empty() && service)
        for (const deployment::ServiceDependency& dependency : service->depends_on)
            needs.push_back(dependency.service);
    return needs;
}

struct Reading {
    probe::DatabaseReading database;
    std::string migrating;
    bool elsewhere = false;  // there was nobody to ask: a name that leads nowhere
};

Reading read_with(const World& world, const Deployment& asking, Deadline deadline) {
    auto reach = deployment::reach_database(asking, world.settings, world.rendered, world.engine.endpoint());
    if (!world.may_exec)
        reach.ways.erase(std::remove_if(reach.ways.begin(), reach.ways.end(),
                                        [](const deployment::Way& way) {
                                            return way.rung == deployment::Rung::inside_container;
                                        }),
                         reach.ways.end());
    Reading reading;
    if (reach.obstacle) {
        reading.database.stage = DatabaseStage::name;
        reading.database.failure = reach.obstacle;
        reading.elsewhere = reach.obstacle->code == ErrorCode::not_found;
        return reading;
    }
    const deployment::SqlLadder ladder(reach.ways, world.sql, world.engine);
    reading.database = probe::read_database(ladder, reach.endpoint, world.clock, deadline);
    if (reading.database.stage != DatabaseStage::ready) return reading;
    if (auto session = ladder.connect(reach.endpoint, deadline)) {
        const auto rows =
            (*session)->query("SELECT IS_USED_LOCK('the_logbook_migrations') AS holder", deadline);
        if (rows && !rows->rows.empty()) reading.migrating = printable(rows->text(0, "holder"), 20);
    }
    return reading;
}

// It answers, and would not let us look: as against one that is down or silent.
bool answers(const Reading& reading) {
    return reading.database.stage == DatabaseStage::ready || reading.database.stage == DatabaseStage::login ||
           reading.database.stage == DatabaseStage::database;
}

// The login of root with what the files give, inside the container where that is allowed: there it is let in
// by every shape of the image.
std::optional<Error> try_root(const World& world, const Member& database, Deadline deadline) {
    const deployment::ComposeService* service = world.rendered.service(database.service);
    const deployment::ServiceVariable* password =
        service ? service->variable("MYSQL_ROOT_PASSWORD") : nullptr;
    if (!password || !password->value) return std::nullopt;
    std::vector<deployment::Way> ways =
        deployment::ways_to(database.container, 3306, world.engine.endpoint());
    const auto inside = [](const deployment::Way& way) {
        return way.rung == deployment::Rung::inside_container;
    };
    ways.erase(std::remove_if(ways.begin(), ways.end(),
                              [&](const deployment::Way& way) { return inside(way) != world.may_exec; }),
               ways.end());
    const deployment::SqlLadder ladder(ways, world.sql, world.engine);
    net::SqlEndpoint endpoint;
    endpoint.host = database.service;
    endpoint.user = "root";
    endpoint.password = *password->value;
    const auto session = ladder.connect(endpoint, deadline);
    if (!session && session.error().code == ErrorCode::auth) return session.error();
    return std::nullopt;
}

// What is known to run may end while it is asked: the engine goes on with the stop of a restart that was
// killed.
bool has_ended(const World& world, const Member& database, Deadline deadline) {
    const auto now = world.engine.inspect(database.container.id, deadline);
    return now && now->state != ContainerState::running;
}

Deployment without_backend(Deployment running) {
    auto& members = running.members;
    members.erase(std::remove_if(members.begin(), members.end(),
                                 [](const Member& member) { return member.role == Role::backend; }),
                  members.end());
    return running;
}

}  // namespace

std::vector<ServiceFacts> list_services(const Deployment& running, const deployment::ComposeModel& rendered,
                                        const Staleness& stale) {
    std::vector<ServiceFacts> services;
    for (const Member& member : running.members) {
        auto known = std::find_if(services.begin(), services.end(),
                                  [&](const ServiceFacts& s) { return s.service == member.service; });
        if (known == services.end()) {
            ServiceFacts facts;
            facts.service = member.service;
            facts.role = member.role;
            facts.needs = needs_of(&member, rendered.service(member.service));
            facts.stale = stale.of(member.service) != nullptr;
            facts.finished = has_finished(member);
            services.push_back(std::move(facts));
            known = services.end() - 1;
        }
        known->stand = worse(known->stand, stand_of(member.container));
        known->grace = std::max(known->grace, std::chrono::seconds(member.container.stop_timeout));
        known->left_half_recreated = known->left_half_recreated || is_doubled(running, member);
    }
    for (const deployment::ComposeService& service : rendered.services) {
        if (running.of_service(service.name)) continue;
        ServiceFacts facts;
        facts.service = service.name;
        facts.role = service.role();
        facts.needs = needs_of(nullptr, &service);
        services.push_back(std::move(facts));
    }
    return services;
}

migration::WipeVerdict read_wipe_verdict(const World& world, const Deployment& asking, Deadline deadline) {
    return migration::judge_wipe(table_facts(read_with(world, asking, deadline).database));
}

DataFacts read_data(const World& world, const Deployment& running, const Staleness& stale,
                    Deadline deadline) {
    DataFacts data;
    const Member* database = running.of_role(Role::database);
    if (database && database->container.state != ContainerState::running) return data;
    const auto share = [&] { return deadline.at_most(deadline.remaining() / 2); };
    const Deployment renewed = with_rendered_values(running, world.rendered);
    Reading reading = read_with(world, running.of_role(Role::backend) ? running : renewed, share());
    if (stale.database_password || reading.database.stage != DatabaseStage::ready) {
        Reading with_new = read_with(world, renewed, share());
        data.database_user = with_new.database.user;
        if (with_new.database.failure && with_new.database.failure->code == ErrorCode::auth)
            data.login_refused = with_new.database.failure;
        if (reading.database.stage != DatabaseStage::ready && answers(with_new))
            reading = std::move(with_new);
    }
    // The backend looks where nobody is; what it will find once that is mended is the deployment's own.
    if (reading.elsewhere && database) reading = read_with(world, without_backend(renewed), share());
    if (database && stale.root_password) data.root_login_refused = try_root(world, *database, share());
    const migration::TableFacts facts = table_facts(reading.database);
    data.may_hold_data = migration::may_hold_data(facts);
    data.migrating = reading.migrating;
    if (facts.unread && database && has_ended(world, *database, share())) return data;
    if (answers(reading)) {
        data.wipe = migration::judge_wipe(facts);
        data.rows = facts.revisions;
    }
    return data;
}

}  // namespace logbook::restart
