// What is stale, which program of Compose may be used, and what a restart refuses.
#include "logbook/restart/refusal.h"

#include <doctest/doctest.h>
#include <functional>

#include "logbook/base/text.h"
#include "logbook/restart/compose_up.h"
#include "logbook/restart/leftover.h"
#include "logbook/restart/survey.h"

using namespace logbook;
using namespace logbook::restart;

namespace {

deployment::Member member(const std::string& service, Role role,
                          std::vector<std::pair<std::string, std::string>> environment) {
    deployment::Member one;
    one.role = role;
    one.service = service;
    one.container.name = "intranet-" + service;
    one.container.id = std::string(64, 'a');
    one.container.image = role == Role::database ? "mysql:8.0" : "x";
    one.container.state = docker::ContainerState::running;
    for (auto& [name, value] : environment) one.container.environment.push_back({name, Secret(value)});
    return one;
}

deployment::ComposeService rendered(const std::string& name,
                                    std::vector<std::pair<std::string, std::string>> environment) {
    deployment::ComposeService service;
    service.name = name;
    for (auto& [variable, value] : environment) service.environment.push_back({variable, Secret(value)});
    return service;
}

const std::vector<std::pair<std::string, std::string>> running_values = {
    {"SECRET_KEY", "old-secret"}, {"ENCRYPTION_KEY", "old-key"},   {"ENCRYPTION_SALT", "old-salt"},
    {"DB_PASSWORD", "old-pass"},  {"REDIS_PASSWORD", "old-redis"}, {"DEBUG", "false"}};

std::vector<std::pair<std::string, std::string>> with(std::string name, std::string value) {
    auto values = running_values;
    for (auto& [known, old] : values)
        if (known == name) old = value;
    return values;
}

struct Stack {
    deployment::Deployment running;
    deployment::ComposeModel model;

    explicit Stack(std::vector<std::pair<std::string, std::string>> backend = running_values,
                   std::string root = "root-pass") {
        running.members = {member("mysql", Role::database,
                                  {{"MYSQL_ROOT_PASSWORD", "root-pass"}, {"MYSQL_PASSWORD", "old-pass"}}),
                           member("redis", Role::cache, {}), member("backend", Role::backend, running_values),
                           member("frontend", Role::frontend, {})};
        std::string password;
        for (const auto& [name, value] : backend)
            if (name == "DB_PASSWORD") password = value;
        model.services = {
            rendered("mysql", {{"MYSQL_ROOT_PASSWORD", std::move(root)}, {"MYSQL_PASSWORD", password}}),
            rendered("redis", {}), rendered("backend", std::move(backend)), rendered("frontend", {})};
    }
    Staleness stale() const { return compare(running, model); }
    Plan plan(bool apply_env, std::vector<std::string> only = {}) const {
        auto made = make_plan(list_services(running, model, stale()), Wish{std::move(only), apply_env});
        REQUIRE(made);
        return *made;
    }
    std::optional<Refusal> refusal(bool apply_env, const DataFacts& data,
                                   std::vector<std::string> only = {}) const {
        return refuse(plan(apply_env, std::move(only)), stale(), data, running);
    }
};

DataFacts good() {
    DataFacts data;
    data.wipe = migration::WipeVerdict{migration::WipeTrap::safe, "alembic_version is a17c4e9d2b61"};
    return data;
}

std::string all_words(const Refusal& refusal) {
    return refusal.what + "\n" + refusal.lost + "\n" + join(refusal.next, "\n");
}

}  // namespace

TEST_CASE("names that differ, never their values") {
    CHECK(Stack().stale().services.empty());
    const Staleness stale = Stack(with("DEBUG", "true")).stale();
    REQUIRE(stale.services.size() == 1);
    CHECK(stale.services[0].service == "backend");
    CHECK(stale.services[0].names == std::vector<std::string>{"DEBUG"});
    CHECK(stale.keys.empty());
    // A key that the files no longer give is as lost as a changed one.
    Stack dropped;
    dropped.model.services[2].environment.erase(dropped.model.services[2].environment.begin() + 1);
    CHECK(dropped.stale().keys == std::vector<std::string>{"ENCRYPTION_KEY"});
    // The cache's password stands in its command, which is not compared; it is stale with its backend.
    const Staleness cache = Stack(with("REDIS_PASSWORD", "new")).stale();
    REQUIRE(cache.of("redis") != nullptr);
    CHECK(cache.of("redis")->names == std::vector<std::string>{"REDIS_PASSWORD"});
}

TEST_CASE("the deployment as it will be") {
    Stack stack(with("DB_PASSWORD", "new"));
    stack.model.services[2].environment.push_back({"DB_NAME", Secret("the_logbook")});
    const auto value = [](const deployment::Deployment& all, Role role, const char* name) {
        const Secret* found = all.of_role(role)->container.variable(name);
        return found ? std::string(found->reveal()) : std::string("-");
    };
    deployment::Deployment renewed = with_rendered_values(stack.running, stack.model);
    CHECK(value(renewed, Role::backend, "DB_PASSWORD") == "new");
    CHECK(value(renewed, Role::database, "MYSQL_PASSWORD") == "new");
    CHECK(value(renewed, Role::database, "MYSQL_DATABASE") == "-");
    CHECK(renewed.members.size() == stack.running.members.size());
    // Without a backend, the database is asked for the tables that the coming one will find.
    stack.running.members.erase(stack.running.members.begin() + 2);
    stack.model.services[0].environment.push_back({"MYSQL_DATABASE", Secret("intranet_db")});
    renewed = with_rendered_values(stack.running, stack.model);
    CHECK(value(renewed, Role::database, "MYSQL_DATABASE") == "the_logbook");
}

TEST_CASE("a port that was published elsewhere is stale") {
    Stack stack;
    stack.model.services[3].ports = {{"127.0.0.1", "3000", 80, "tcp"}};
    stack.running.members[3].container.wanted_ports = {{"127.0.0.1", 3000, 80, "tcp"}};
    CHECK(stack.stale().services.empty());
    stack.model.services[3].ports[0].host_ports = "3100";
    REQUIRE(stack.stale().of("frontend") != nullptr);
    CHECK(stack.stale().of("frontend")->names == std::vector<std::string>{"port 80"});
    stack.model.services[3].ports[0].host_ports = "3100-3110";  // the engine draws one
    CHECK(stack.stale().services.empty());
}

TEST_CASE("keys: refused only where a container with data behind it would be recreated") {
    for (const char* key : {"SECRET_KEY", "ENCRYPTION_KEY", "ENCRYPTION_SALT"}) {
        const Stack stack(with(key, "NEW-VALUE"));
        CHECK_FALSE(stack.refusal(false, good()));  // a plain restart keeps the container's values
        CHECK_FALSE(stack.refusal(true, good(), {"frontend"}));
        const auto refusal = stack.refusal(true, good());
        REQUIRE(refusal);
        CHECK(refusal->stake == Stake::keys);
        CHECK(refusal->what.find(key) != std::string::npos);
        CHECK(all_words(*refusal).find("NEW-VALUE") == std::string::npos);
        CHECK(all_words(*refusal).find("old-") == std::string::npos);
        CHECK(all_words(*refusal).find("intranet-backend") != std::string::npos);
        DataFacts none = good();
        none.may_hold_data = false;
        CHECK_FALSE(stack.refusal(true, none));
        DataFacts down;  // what cannot be asked may hold data
        CHECK(stack.refusal(true, down)->stake == Stake::keys);
    }
}

TEST_CASE("the wipe trap: no backend is started while it is armed, unknown, or out of reach") {
    DataFacts armed = good();
    armed.wipe = migration::WipeVerdict{migration::WipeTrap::armed, "`alembic_version` is empty although …"};
    DataFacts unknown = good();
    unknown.wipe = migration::WipeVerdict{migration::WipeTrap::unknown, "1142 denied"};
    for (const DataFacts& data : {armed, unknown}) {
        for (const auto& only :
             std::vector<std::vector<std::string>>{{}, {"backend"}, {"mysql"}, {"redis"}}) {
            const auto refusal = Stack().refusal(false, data, only);
            REQUIRE(refusal);
            CHECK(refusal->stake == Stake::tables);
            CHECK(refusal->next.front() == "docker update --restart=no intranet-backend");
            CHECK(refusal->lost.find("do not pull or edit") != std::string::npos);
        }
        CHECK_FALSE(Stack().refusal(false, data, {"frontend"}));
    }
    // With the database in the plan it is judged after its step; without it there would be no judge.
    CHECK_FALSE(Stack().refusal(false, DataFacts{}));
    const auto refusal = Stack().refusal(false, DataFacts{}, {"backend"});
    REQUIRE(refusal);
    CHECK(refusal->next == std::vector<std::string>{"logbookctl restart mysql backend"});
    DataFacts fresh = good();
    fresh.wipe = migration::WipeVerdict{migration::WipeTrap::fresh, "empty"};
    CHECK_FALSE(Stack().refusal(false, fresh));
}

TEST_CASE("a password that the server does not know") {
    const Stack stack(with("DB_PASSWORD", "NEW-VALUE"));
    DataFacts data = good();
    data.login_refused = Error{ErrorCode::auth, "1045 Access denied for user 'intranet_user'", {}};
    data.database_user = "intranet_user";
    CHECK_FALSE(stack.refusal(false, data));
    const auto refusal = stack.refusal(true, data);
    REQUIRE(refusal);
    CHECK(refusal->stake == Stake::login);
    CHECK(all_words(*refusal).find("ALTER USER 'intranet_user'@'%'") != std::string::npos);
    CHECK(all_words(*refusal).find("NEW-VALUE") == std::string::npos);
    data.login_refused.reset();
    CHECK_FALSE(stack.refusal(true, data));  // the server takes it already

    const Stack root(running_values, "NEW-ROOT");
    CHECK(root.stale().root_password);
    data.root_login_refused = Error{ErrorCode::auth, "1045 Access denied for user 'root'", {}};
    CHECK(root.refusal(true, data)->what.find("MYSQL_ROOT_PASSWORD") != std::string::npos);
    CHECK_FALSE(root.refusal(true, data, {"backend"}));
}

TEST_CASE("another definition is stale by Compose's own hash") {
    Stack stack;
    stack.model.version = stack.running.members[1].container.compose.version = "2.26.1";
    stack.running.members[1].container.compose.config_hash = stack.model.services[1].hash = "h1";
    CHECK(stack.stale().services.empty());
    stack.model.services[1].hash = "h2";
    REQUIRE(stack.stale().of("redis") != nullptr);
    CHECK(stack.stale().of("redis")->names == std::vector<std::string>{"definition"});
    CHECK(stack.plan(true).has(Action::recreate, Role::cache));
    stack.model.services[1].depends_on = {{"mysql"}};  // made with --no-deps, it has another hash in any case
    CHECK(stack.stale().services.empty());
    stack.running.members[1].container.compose.depends_on = {{{"mysql", "service_started"}}};
    CHECK_FALSE(stack.stale().services.empty());
    stack.model.version = "2.27.0";
    CHECK(stack.stale().services.empty());
}

TEST_CASE("a container is not made anew away from its data") {
    Stack stack(running_values, "NEW-ROOT");
    stack.running.members[0].container.mounts = {{"volume", "p_mysql_data", "/v", "/var/lib/mysql", true}};
    stack.model.services[0].mounts = {
        {deployment::ServiceMount::Kind::volume, "mysql_data", "/var/lib/mysql", false}};
    stack.running.project = "p";
    CHECK_FALSE(stack.refusal(true, good()));
    stack.model.volumes = {{"mysql_data", "elsewhere", false}};
    CHECK_FALSE(stack.refusal(false, good()));  // a plain restart mounts nothing anew
    const auto refusal = stack.refusal(true, good());
    REQUIRE(refusal);
    CHECK(refusal->stake == Stake::stored_data);
    CHECK(refusal->what.find("p_mysql_data") != std::string::npos);
    CHECK(refusal->what.find("elsewhere") != std::string::npos);
    CHECK_FALSE(stack.refusal(true, good(), {"frontend"}));
}

TEST_CASE("nothing is stopped while a migration runs") {
    DataFacts data = good();
    data.migrating = "41";
    for (const auto& only : std::vector<std::vector<std::string>>{{}, {"backend"}, {"mysql"}})
        CHECK(Stack().refusal(false, data, only)->stake == Stake::migration);
    CHECK_FALSE(Stack().refusal(false, data, {"frontend"}));
}

TEST_CASE("Compose: the generation that made the containers, or none") {
    const deployment::ComposeProgram v1{{"/usr/bin/docker-compose"}, "1.29.2"},
        v2{{"/usr/bin/docker", "compose"}, "2.26.1"};
    CHECK(choose_generation({v2, v1}, "1.29.2")->version == "1.29.2");
    CHECK(choose_generation({v2, v1}, "2.20.0")->version == "2.26.1");
    CHECK(choose_generation({v2, v1}, "")->version == "2.26.1");
    const auto refused = choose_generation({v1}, "2.26.1");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unsupported);
    CHECK(refused.error().what.find("recreate every container") != std::string::npos);
    CHECK_FALSE(choose_generation({}, ""));
    CHECK_FALSE(choose_generation({}, "2.26.1"));
}

TEST_CASE("a service whose name is an option is never handed to Compose") {
    ComposeUp compose;
    compose.program.argv = {"/bin/true"};
    for (const char* name : {"--build", "-", ""}) {
        const Status done = compose_up(compose, name, Deadline::in(Millis(2000)));
        REQUIRE_FALSE(done);
        CHECK(done.error().code == ErrorCode::invalid);
    }
    CHECK(compose_up(compose, "backend", Deadline::in(Millis(2000))));
    compose.program.argv = {"/bin/false"};
    CHECK(compose_up(compose, "backend", Deadline::in(Millis(2000))).error().code == ErrorCode::io);
}

TEST_CASE("Compose is started with the engine and the files that were chosen here") {
    docker::Endpoint engine;
    engine.socket = "/run/x.sock";
    const auto plain = deployment::compose_environment(
        {"A=1", "DOCKER_HOST=tcp://other:1", "COMPOSE_FILE=mine.yml"}, engine, "");
    const auto has = [](const std::vector<std::string>& all, const std::string& entry) {
        return std::find(all.begin(), all.end(), entry) != all.end();
    };
    CHECK(has(plain, "A=1"));
    CHECK(has(plain, "COMPOSE_FILE=mine.yml"));
    CHECK(has(plain, "DOCKER_HOST=unix:///run/x.sock"));
    CHECK_FALSE(has(plain, "DOCKER_HOST=tcp://other:1"));
    const auto files =
        deployment::compose_environment({"COMPOSE_PATH_SEPARATOR=;"}, engine, "/srv/a.yml:/srv/b.yml");
    CHECK(has(files, "COMPOSE_FILE=/srv/a.yml:/srv/b.yml"));
    CHECK(has(files, "COMPOSE_PATH_SEPARATOR=:"));
    CHECK_FALSE(has(files, "COMPOSE_PATH_SEPARATOR=;"));
}

TEST_CASE("only a container that never ran, beside its older one, is unborn") {
    Stack stack;
    stack.running.members.push_back(member("backend", Role::backend, running_values));
    for (deployment::Member& one : stack.running.members) one.container.compose.project = "p";
    deployment::Member& fresh = stack.running.members.back();
    fresh.container.name = "1e1c9b3fe6ab_intranet-backend";
    fresh.container.inspected = true;
    fresh.container.state = docker::ContainerState::created;
    CHECK(is_unborn(stack.running, fresh));
    CHECK_FALSE(is_unborn(stack.running, stack.running.members[2]));  // the older one
    for (const auto& change : std::vector<std::function<void(docker::Container&)>>{
             [](docker::Container& c) { c.started = WallTime(std::chrono::hours(1)); },
             [](docker::Container& c) { c.state = docker::ContainerState::exited; },
             [](docker::Container& c) { c.name = "intranet-backend-2"; },
             [](docker::Container& c) { c.inspected = false; },
             [](docker::Container& c) { c.compose.project.clear(); },
             [](docker::Container& c) { c.compose.number = 2; }}) {
        deployment::Deployment other = stack.running;
        change(other.members.back().container);
        CHECK_FALSE(is_unborn(other, other.members.back()));
    }
    stack.running.members.erase(stack.running.members.begin() + 2);  // the only one left is no leftover
    CHECK_FALSE(is_unborn(stack.running, stack.running.members.back()));
}

TEST_CASE("a half recreated service and a finished job are told apart") {
    Stack stack;
    stack.running.members.push_back(member("backend", Role::backend, running_values));
    for (deployment::Member& one : stack.running.members) one.container.compose.project = "p";
    stack.running.members.back().container.state = docker::ContainerState::created;
    deployment::Member job = member("init", Role::other, {});
    job.container.state = docker::ContainerState::exited;
    job.container.finished = WallTime{};
    stack.running.members.push_back(job);
    for (const ServiceFacts& facts : list_services(stack.running, stack.model, {})) {
        CHECK(facts.left_half_recreated == (facts.service == "backend"));
        CHECK(facts.finished == (facts.service == "init"));
        if (facts.service == "backend") CHECK(facts.stand == Stand::troubled);
    }
}

TEST_CASE("a name that Compose was kept from giving back") {
    Stack stack;
    deployment::Member& backend = stack.running.members[2];
    backend.container.compose.project = "p";
    CHECK_FALSE(name_to_mend(stack.running, backend));
    backend.container.name = "0123456789ab_intranet-backend";
    CHECK(name_to_mend(stack.running, backend) == "intranet-backend");
    for (const char* other : {"0123456789ab_", "0123456789a_intranet-backend", "0123456789abc_x",
                              "0123456789aX_x", "0123456789ab"}) {
        backend.container.name = other;
        CHECK_FALSE(name_to_mend(stack.running, backend));
    }
    backend.container.name = "0123456789ab_intranet-redis";  // somebody has that name
    CHECK_FALSE(name_to_mend(stack.running, backend));
}

TEST_CASE("no backend is started over an upgrade that was left half done") {
    const Stack stack;
    DataFacts data = good();
    data.rows = {{"s39"}};
    data.upgrade.emplace();
    data.upgrade->target = "s60";
    data.upgrade->running = "s40";
    data.upgrade_file = "/srv/the logbook/.logbookctl-upgrade.json";
    const auto refusal = stack.refusal(false, data);
    REQUIRE(refusal);
    CHECK(refusal->stake == Stake::migration);
    CHECK(contains(refusal->what, "was cut off in s40"));
    CHECK(contains(refusal->next.back(), "rm '/srv/the logbook/.logbookctl-upgrade.json'"));
    SUBCASE("it failed, and nothing was changed since") {
        data.upgrade->said = "1060 Duplicate column";
        data.upgrade->rows = {{"s39"}};
        CHECK(contains(stack.refusal(false, data)->what, "failed in s40"));
    }
    SUBCASE("a backup was restored since") {
        data.upgrade->rows = {{"s39"}};
        data.rows = {{"s05"}};
        CHECK_FALSE(stack.refusal(false, data));
    }
    SUBCASE("it came to its end unseen, or had not begun") {
        data.rows = {{"s60"}};
        CHECK_FALSE(stack.refusal(false, data));
        data.rows = {{"s39"}};
        data.upgrade->running.clear();
        CHECK_FALSE(stack.refusal(false, data));
    }
    SUBCASE("where the database is cannot be told") {
        data.rows.reset();
        CHECK(stack.refusal(false, data));
    }
}
