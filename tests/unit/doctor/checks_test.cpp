// Every check passes on the healthy scene, and hits on the fact that it is there for.
#include <doctest/doctest.h>
#include <functional>
#include <map>
#include <set>

#include "logbook/doctor/check.h"
#include "unit/doctor/fixed_scene.h"

using namespace logbook;
using namespace std::chrono_literals;
using deployment::Role;
using docker::ContainerState;
using doctor::Outcome;
using test::FixedScene;

namespace {

doctor::Finding run(const std::string& id, const FixedScene& scene) {
    const doctor::Check* check = doctor::find_check(id);
    REQUIRE_MESSAGE(check != nullptr, id);
    return check->run(scene);
}

void fail_database(FixedScene& scene, probe::DatabaseStage stage, ErrorCode code, const std::string& what) {
    scene.database_reading.stage = stage;
    scene.database_reading.failure = Error{code, what, {}};
}

void fail_cache(FixedScene& scene, probe::CacheStage stage, ErrorCode code, const std::string& what) {
    scene.cache_reading.stage = stage;
    scene.cache_reading.failure = Error{code, what, {}};
}

instrument::Process& add_process(FixedScene& scene, uint64_t id, const char* command, Millis time) {
    instrument::Process process;
    process.id = id;
    process.user = "app";
    process.address = "172.18.0.9";
    process.command = command;
    process.time = time;
    scene.work.locks.list.processes.push_back(process);
    return scene.work.locks.list.processes.back();
}

// One idle transaction, and two that want its row.
void pile_up(FixedScene& scene) {
    add_process(scene, 790, "Sleep", 11min).transaction = {12min, "RUNNING", 3, 1, 1};
    add_process(scene, 812, "Query", 41s);
    add_process(scene, 815, "Query", 12s);
    instrument::BlameNode root;
    root.id = 790;
    for (const auto& [id, waited] : {std::pair<uint64_t, Millis>{812, 41s}, {815, 12s}}) {
        instrument::BlameNode waiter;
        waiter.id = id;
        waiter.wait.emplace();
        waiter.wait->waiter = id, waiter.wait->blocker = 790;
        waiter.wait->object = "the_logbook.users";
        waiter.wait->waited = waited;
        root.waiters.push_back(waiter);
    }
    scene.work.blame.roots.push_back(root);
    scene.work.blame.waiters = 2;
    scene.work.blame.longest = 41s;
}

const runbook::Entry* entry(const std::string& slug, int weight) {
    static std::map<std::string, runbook::Entry> known;
    runbook::Entry& one = known[slug];
    one.slug = slug, one.weight = weight;
    return &one;
}

struct Case {
    std::string check;
    Outcome outcome;
    std::string says;  // must stand in the cause
    std::function<void(FixedScene&)> change;
};

const std::vector<Case>& cases() {
    using probe::HealthState;
    using S = FixedScene;
    static const std::vector<Case> all = {
        {"env.file", Outcome::fail, "no /srv/the-logbook/.env",
         [](S& s) { s.env_result = fail(ErrorCode::not_found, "cannot open"); }},
        {"env.file", Outcome::fail, "Permission denied",
         [](S& s) { s.env_result = fail(ErrorCode::denied, "cannot open: Permission denied", "use sudo"); }},
        {"env.syntax", Outcome::fail, "line 1", [](S& s) { s.set_env("A=\"never closed\n"); }},
        {"env.mode", Outcome::note, "0640", [](S& s) { s.set_env("A=b\n", 0640); }},
        {"env.mode", Outcome::warn, "read by other", [](S& s) { s.set_env("A=b\n", 0644), s.others = true; }},
        {"env.mode", Outcome::warn, "changed by other", [](S& s) { s.set_env("A=b\n", 0660); }},
        {"config.secrets", Outcome::fail, "no real secret",
         [](S& s) { s.set_env("SECRET_KEY=CHANGE_ME_GENERATE_WITH_STEP_2_ABOVE\n"); }},
        {"config.gate", Outcome::fail, "refuse to start in production",
         [](S& s) { s.set_env("ENVIRONMENT=production\n"); }},
        {"config.gate", Outcome::note, "in production", [](S& s) { s.set_env("ENVIRONMENT=development\n"); }},
        {"host.disk", Outcome::fail, "full", [](S& s) { s.mounted[0].space.available = 1 << 20; }},
        {"host.disk", Outcome::fail, "full", [](S& s) { s.mounted[0].space.inodes_available = 0; }},
        {"host.disk", Outcome::warn, "nearly full",
         [](S& s) { s.mounted[0].space.available = 500ull << 20; }},
        {"host.disk", Outcome::skip, "no file system", [](S& s) { s.mounted.clear(); }},
        {"db.host", Outcome::fail, "does not exist",
         [](S& s) {
             s.database_reading.host = "dbb",
             fail_database(s, probe::DatabaseStage::name, ErrorCode::not_found, "no");
         }},
        {"db.host", Outcome::skip, "Compose network",
         [](S& s) {
             s.database_reading.host = "mysql",
             fail_database(s, probe::DatabaseStage::name, ErrorCode::not_found, "no");
         }},
        {"db.connect", Outcome::fail, "does not run",
         [](S& s) { fail_database(s, probe::DatabaseStage::connect, ErrorCode::unreachable, "refused"); }},
        {"db.greets", Outcome::fail, "hung or paused",
         [](S& s) { fail_database(s, probe::DatabaseStage::greeting, ErrorCode::timeout, "silent"); }},
        {"db.greets", Outcome::fail, "does not greet",
         [](S& s) { fail_database(s, probe::DatabaseStage::greeting, ErrorCode::protocol, "garbage"); }},
        {"db.greets", Outcome::fail, "trusted encryption",
         [](S& s) { fail_database(s, probe::DatabaseStage::greeting, ErrorCode::tls, "tls"); }},
        {"db.greets", Outcome::skip, "DB_SSL",
         [](S& s) {
             fail_database(s, probe::DatabaseStage::greeting, ErrorCode::unsupported,
                           "DB_SSL is on without a CA");
         }},
        {"db.connections", Outcome::fail, "no connection left",
         [](S& s) {
             fail_database(s, probe::DatabaseStage::login, ErrorCode::conflict, "1040 Too many connections");
         }},
        {"db.connections", Outcome::fail, "nearly no", [](S& s) { s.database_reading.connections = 195; }},
        {"db.connections", Outcome::warn, "running out", [](S& s) { s.database_reading.connections = 165; }},
        {"db.login", Outcome::fail, "refuses the password of `logbook_user`",
         [](S& s) { fail_database(s, probe::DatabaseStage::login, ErrorCode::auth, "1045 Access denied"); }},
        {"db.login", Outcome::fail, "blocked this host",
         [](S& s) { fail_database(s, probe::DatabaseStage::login, ErrorCode::auth, "1129 Host blocked"); }},
        {"db.login", Outcome::skip, "no connection left",
         [](S& s) {
             fail_database(s, probe::DatabaseStage::login, ErrorCode::conflict, "1040 Too many connections");
         }},
        {"db.database", Outcome::fail, "no database `the_logbook`",
         [](S& s) {
             s.work.schema_exists = false;
             fail_database(s, probe::DatabaseStage::database, ErrorCode::auth, "1044 Access denied");
         }},
        {"db.database", Outcome::skip, "it exists",
         [](S& s) {
             fail_database(s, probe::DatabaseStage::database, ErrorCode::auth, "1044 Access denied");
         }},
        {"db.rights", Outcome::fail, "no rights on the database",
         [](S& s) {
             fail_database(s, probe::DatabaseStage::database, ErrorCode::auth, "1044 Access denied");
         }},
        {"db.rights", Outcome::skip, "not there",
         [](S& s) {
             s.work.schema_exists = false;
             fail_database(s, probe::DatabaseStage::database, ErrorCode::auth, "1044 Access denied");
         }},
        {"db.rights", Outcome::fail, "may not read",
         [](S& s) {
             s.database_reading.tables_failure = Error{ErrorCode::auth, "1142 SELECT command denied", {}};
         }},
        {"db.rights", Outcome::fail, "every request",
         [](S& s) {
             s.database_reading.rights = std::vector<std::string>{"SELECT", "CREATE", "ALTER"};
         }},
        {"db.rights", Outcome::warn, "migrations",
         [](S& s) { s.database_reading.rights->pop_back(); }},
        {"db.lock_wait", Outcome::fail, "Connection 790 holds up 2 others on the_logbook.users", &pile_up},
        {"db.lock_wait", Outcome::pass, "",
         [](S& s) {
             pile_up(s);
             for (instrument::BlameNode& waiter : s.work.blame.roots[0].waiters) waiter.wait->waited = 4s;
         }},
        {"db.lock_wait", Outcome::fail, "does not tell whose",
         [](S& s) {
             add_process(s, 812, "Query", 41s);
             s.work.blame.unexplained = {812};
         }},
        {"db.idle_transaction", Outcome::warn, "sleeps",
         [](S& s) {
             add_process(s, 790, "Sleep", 11min).transaction = {12min, "RUNNING", 3, 1, 1};
         }},
        {"db.idle_transaction", Outcome::pass, "",
         [](S& s) {
             add_process(s, 790, "Sleep", 11min).transaction = {12min, "RUNNING", 0, 0, 0};
         }},
        {"db.slow_query", Outcome::fail, "at work for", [](S& s) { add_process(s, 5, "Query", 75s); }},
        {"db.slow_query", Outcome::note, "backup",
         [](S& s) { add_process(s, 5, "Query", 75s).statement = "SELECT /*!40001 SQL_NO_CACHE */ * FROM `users`"; }},
        {"db.slow_query", Outcome::note, "migration",
         [](S& s) {
             add_process(s, 5, "Query", 75s);
             s.work.locks.migration_lock_holder = 5;
         }},
        {"db.slow_query", Outcome::pass, "",
         [](S& s) {
             pile_up(s);  // who waits is not slow by himself
             for (instrument::Process& process : s.work.locks.list.processes) process.time = 5min;
         }},
        {"db.read_only", Outcome::fail, "read-only", [](S& s) { s.work.read_only = true; }},
        {"db.deadlock", Outcome::fail, "right now", [](S& s) { s.work.deadlocks = 40, s.work.deadlocks_now = true; }},
        {"db.deadlock", Outcome::warn, "often", [](S& s) { s.work.deadlocks = 400; }},
        {"db.deadlock", Outcome::pass, "", [](S& s) { s.work.deadlocks = 4; }},
        {"db.history", Outcome::warn, "old versions", [](S& s) { s.work.history = 2'000'000; }},
        {"db.damaged", Outcome::fail, "cannot open a table",
         [](S& s) { s.work.damaged = {"`users`: Table 'users' doesn't exist in engine"}; }},
        {"cache.clients", Outcome::fail, "no connection left",
         [](S& s) {
             fail_cache(s, probe::CacheStage::login, ErrorCode::auth, "ERR max number of clients reached");
         }},
        {"cache.login", Outcome::skip, "no connection left",
         [](S& s) {
             fail_cache(s, probe::CacheStage::login, ErrorCode::auth, "ERR max number of clients reached");
         }},
        {"cache.clients", Outcome::warn, "running out", [](S& s) { s.cache_reading.clients = 9'500; }},
        {"cache.clients", Outcome::note, "turned away", [](S& s) { s.cache_reading.rejected = 7; }},
        {"cache.role", Outcome::fail, "does not answer",
         [](S& s) { s.cache_reading.role = "slave", s.cache_reading.master_link = "down"; }},
        {"cache.role", Outcome::fail, "refuses every write",
         [](S& s) { s.cache_reading.role = "slave", s.cache_reading.read_only = true; }},
        {"cache.role", Outcome::warn, "is lost", [](S& s) { s.cache_reading.role = "slave"; }},
        {"cache.hit_rate", Outcome::warn, "Hardly anything", [](S& s) { s.cache_reading.misses = 50'000; }},
        {"cache.hit_rate", Outcome::pass, "", [](S& s) { s.cache_reading.hits = 0, s.cache_reading.misses = 9'000; }},
        {"db.wipe_trap", Outcome::fail, "STOP",
         [](S& s) { s.database_reading.revisions = std::vector<std::string>{}; }},
        {"db.wipe_trap", Outcome::fail, "STOP", [](S& s) { s.database_reading.revisions = std::nullopt; }},
        {"db.wipe_trap", Outcome::fail, "STOP",
         [](S& s) { s.database_reading.revisions = std::vector<std::string>{"20260118_0001"}; }},
        {"db.wipe_trap", Outcome::fail, "STOP",
         [](S& s) { s.database_reading.revisions = std::nullopt, s.database_reading.users = 0; }},
        {"db.wipe_trap", Outcome::note, "the database is empty",
         [](S& s) {
             s.database_reading.revisions = std::nullopt;
             s.database_reading.users = s.database_reading.organizations = std::nullopt;
             s.database_reading.tables = 0;
         }},
        {"db.wipe_trap", Outcome::skip, "dangerous",
         [](S& s) {
             s.database_reading.tables_failure = Error{ErrorCode::auth, "1142 denied", {}};
         }},
        {"db.revision", Outcome::warn, "2 migrations",
         [](S& s) {
             s.database_reading.revisions = std::vector<std::string>{"a", "b"};
         }},
        {"db.version", Outcome::warn, "older", [](S& s) { s.database_reading.version = "10.3.2-MariaDB"; }},
        {"db.version", Outcome::warn, "older",
         [](S& s) { s.database_reading.version = "5.7.44", s.database_reading.mariadb = false; }},
        {"db.charset", Outcome::warn, "every character", [](S& s) { s.database_reading.charset = "latin1"; }},
        {"db.charset", Outcome::note, "collation",
         [](S& s) { s.database_reading.collation = "utf8mb4_0900_ai_ci"; }},
        {"db.clock", Outcome::warn, "behind", [](S& s) { s.database_reading.ahead = -90s; }},
        {"db.clock", Outcome::warn, "ahead", [](S& s) { s.database_reading.ahead = 6s; }},
        {"cache.host", Outcome::fail, "does not exist",
         [](S& s) {
             s.cache_reading.host = "rediss",
             fail_cache(s, probe::CacheStage::name, ErrorCode::not_found, "no");
         }},
        {"cache.host", Outcome::skip, "Compose network",
         [](S& s) {
             s.cache_reading.host = "redis",
             fail_cache(s, probe::CacheStage::name, ErrorCode::not_found, "no");
         }},
        {"cache.connect", Outcome::fail, "does not run",
         [](S& s) { fail_cache(s, probe::CacheStage::connect, ErrorCode::unreachable, "refused"); }},
        {"cache.connect", Outcome::fail, "hung",
         [](S& s) { fail_cache(s, probe::CacheStage::greeting, ErrorCode::timeout, "silent"); }},
        {"cache.connect", Outcome::warn, "loading", [](S& s) { s.cache_reading.loading = true; }},
        {"cache.login", Outcome::fail, "refuses the password",
         [](S& s) { fail_cache(s, probe::CacheStage::login, ErrorCode::auth, "WRONGPASS invalid"); }},
        {"cache.login", Outcome::fail, "demands a password",
         [](S& s) {
             fail_cache(s, probe::CacheStage::login, ErrorCode::auth, "NOAUTH Authentication required.");
         }},
        {"cache.memory", Outcome::note, "no maxmemory", [](S& s) { s.cache_reading.most_memory = 0; }},
        {"cache.memory", Outcome::fail, "refuses every write",
         [](S& s) {
             s.cache_reading.eviction_policy = "noeviction", s.cache_reading.used_memory = 64 << 20;
         }},
        {"cache.memory", Outcome::warn, "nearly full",
         [](S& s) {
             s.cache_reading.eviction_policy = "noeviction", s.cache_reading.used_memory = 58 << 20;
         }},
        {"cache.persistence", Outcome::fail, "MISCONF", [](S& s) { s.cache_reading.last_save = "err"; }},
        {"backend.port", Outcome::fail, "nobody listens on port 3001",
         [](S& s) { s.backend_reading.health.state = HealthState::refused; }},
        {"backend.port", Outcome::fail, "does not listen",
         [](S& s) {
             s.backend_reading.health.state = HealthState::refused,
             s.holders = {{"0.0.0.0", 7, "docker-proxy"}};
         }},
        {"backend.port", Outcome::fail, "held by another program",
         [](S& s) {
             s.backend_reading.health.state = HealthState::foreign, s.holders = {{"0.0.0.0", 7, "python3"}};
         }},
        {"backend.answers", Outcome::fail, "hung",
         [](S& s) { s.backend_reading.health.state = HealthState::silent; }},
        {"backend.health", Outcome::fail, "degraded",
         [](S& s) { s.backend_reading.health.state = HealthState::degraded; }},
        {"backend.health", Outcome::fail, "unhealthy",
         [](S& s) { s.backend_reading.health.state = HealthState::unhealthy; }},
        {"backend.database", Outcome::fail, "database",
         [](S& s) { s.backend_reading.database.state = HealthState::unhealthy; }},
        {"backend.database", Outcome::skip, "no /health/db",
         [](S& s) { s.backend_reading.database.state = HealthState::absent; }},
        {"backend.cache", Outcome::fail, "Redis",
         [](S& s) { s.backend_reading.cache.state = HealthState::unhealthy; }},
        {"backend.cache", Outcome::skip, "no /health/redis",
         [](S& s) { s.backend_reading.cache.state = HealthState::absent; }},
        {"frontend.proxy", Outcome::fail, "no answer from the backend",
         [](S& s) {
             s.compose_files.model.services.emplace_back().name = "frontend",
             s.frontend_reading.state = HealthState::bad_gateway;
         }},
        {"frontend.proxy", Outcome::fail, "nobody listens",
         [](S& s) {
             s.compose_files.model.services.emplace_back().name = "frontend",
             s.frontend_reading.state = HealthState::refused;
         }},
        {"engine.reachable", Outcome::fail, "does not let this user in",
         [](S& s) {
             s.add_containers(),
                 s.container_reading->engine_failure = Error{ErrorCode::denied, "refused", {}};
         }},
        {"engine.reachable", Outcome::fail, "does not run",
         [](S& s) {
             s.add_containers(),
                 s.container_reading->engine_failure = Error{ErrorCode::unreachable, "no socket", {}};
         }},
        {"engine.reachable", Outcome::fail, "hangs",
         [](S& s) {
             s.add_containers(),
                 s.container_reading->engine_failure = Error{ErrorCode::timeout, "silent", {}};
         }},
        {"engine.reachable", Outcome::skip, "without containers", [](S&) {}},
        {"engine.deployment", Outcome::fail, "never started",
         [](S& s) { s.add_containers(), s.container_reading->deployment.members.clear(); }},
        {"engine.deployment", Outcome::fail, "only a volume",
         [](S& s) {
             s.add_containers(), s.container_reading->deployment.members.clear();
             s.container_reading->volumes.emplace_back().name = "the-logbook_mysql_data";
         }},
        {"engine.deployment", Outcome::skip, "say which one",
         [](S& s) {
             s.add_containers();
             s.container_reading->choice_failure = Error{ErrorCode::conflict, "2 deployments", "-p a\n-p b"};
         }},
        {"engine.clock", Outcome::warn, "behind",
         [](S& s) { s.add_containers(), s.container_reading->engine.clock_offset = Millis(-61'000); }},
        {"db.container", Outcome::fail, "is stopped",
         [](S& s) { s.add_containers(), s.container(Role::database).state = ContainerState::exited; }},
        {"db.container", Outcome::fail, "is paused",
         [](S& s) { s.add_containers(), s.container(Role::database).state = ContainerState::paused; }},
        {"db.container", Outcome::fail, "no container",
         [](S& s) {
             s.add_containers(), s.remove(Role::database);
             s.compose_files.model.services.emplace_back().name = "mysql";
         }},
        {"cache.container", Outcome::fail, "was killed",
         [](S& s) {
             s.add_containers(), s.container(Role::cache).state = ContainerState::dead;
             s.container(Role::cache).exit_code = 137;
         }},
        {"backend.container", Outcome::fail, "over and over",
         [](S& s) { s.add_containers(), s.container(Role::backend).state = ContainerState::restarting; }},
        {"backend.container", Outcome::fail, "over and over",
         [](S& s) {
             s.add_containers(), s.container(Role::backend).restarts = 4;
             s.container(Role::backend).started = s.time - 20s;
         }},
        {"backend.container", Outcome::pass, "",
         [](S& s) {
             s.add_containers(), s.container(Role::backend).restarts = 4;  // long ago
             s.container(Role::backend).started = s.time - 2h;
         }},
        {"backend.container", Outcome::fail, "want of memory",
         [](S& s) {
             s.add_containers(), s.container(Role::backend).state = ContainerState::exited;
             s.container(Role::backend).oom_killed = true;
         }},
        {"backend.container", Outcome::fail, "a port that it publishes is taken",
         [](S& s) {
             s.add_containers(), s.container(Role::backend).state = ContainerState::created;
             s.container(Role::backend).error = "Bind for 0.0.0.0:3001 failed: port is already allocated";
         }},
        {"backend.container", Outcome::fail, "never started",
         [](S& s) { s.add_containers(), s.container(Role::backend).state = ContainerState::created; }},
        {"frontend.container", Outcome::skip, "no such service", [](S& s) { s.add_containers(); }},
        {"frontend.container", Outcome::fail, "no container",
         [](S& s) {
             s.add_containers();
             s.compose_files.model.services.emplace_back().name = "frontend";
         }},
        {"backend.network", Outcome::fail, "on no network with its database",
         [](S& s) { s.add_containers(), s.container(Role::backend).networks.clear(); }},
        {"backend.network", Outcome::fail, "on no network with its Redis",
         [](S& s) { s.add_containers(), s.container(Role::cache).networks.front().network = "elsewhere"; }},
        {"backend.start", Outcome::fail, "start failed",
         [](S& s) {
             s.add_containers(), s.backend_reading.health.state = HealthState::refused;
             s.log = "INFO:     Waiting for application startup.\nRuntimeError: no such column\n"
                     "2026-11-22 08:02:14 | ERROR    | x:y:1 - Application startup failed. Exiting.\n";
         }},
        {"backend.start", Outcome::skip, "is starting",
         [](S& s) {
             s.add_containers(), s.backend_reading.health.state = HealthState::refused;
             s.container(Role::backend).started = s.time - 2min;
             s.log = "2026-11-22 08:02:14 | INFO     | main:x:1 - Starting The Logbook Backend (worker PID "
                     "9)...\n"
                     "2026-11-22 08:02:15 | INFO     | main:x:1 - Startup [worker 9]: Connecting to "
                     "database...\n";
         }},
        {"backend.port", Outcome::skip, "still starting",
         [](S& s) {
             s.add_containers(), s.backend_reading.health.state = HealthState::refused;
             s.log = "x - Starting The Logbook Backend (worker PID 9)...\n";
         }},
        {"backend.clock", Outcome::warn, "30 s behind",
         [](S& s) { s.backend_reading.health.date = s.time - 30s; }},
        {"backend.clock", Outcome::fail, "600 s ahead",
         [](S& s) { s.backend_reading.health.date = s.time + 600s; }},
        {"backend.clock", Outcome::pass, "", [](S& s) { s.backend_reading.health.date = s.time - 3s; }},
        {"container.health", Outcome::warn, "own healthcheck fails",
         [](S& s) { s.add_containers(), s.container(Role::cache).health = docker::Health::unhealthy; }},
        {"config.applied", Outcome::warn, ".env was edited",
         [](S& s) { s.add_containers(), s.add_drift(deployment::DriftKind::stale, "DEBUG"); }},
        {"config.applied", Outcome::fail, "A key in .env",
         [](S& s) { s.add_containers(), s.add_drift(deployment::DriftKind::stale, "ENCRYPTION_KEY"); }},
        {"config.applied", Outcome::skip, "Compose refuses",
         [](S& s) { s.add_containers(), s.drift_reading->drift.unknown = {"Compose refuses the files"}; }},
        {"config.passed", Outcome::warn, "never reaches",
         [](S& s) { s.add_containers(), s.add_drift(deployment::DriftKind::not_passed, "LOG_LEVEL"); }},
        {"config.passed", Outcome::pass, "",
         [](S& s) {
             s.add_containers(), s.add_drift(deployment::DriftKind::not_passed, "LOG_LEVEL").matters = false;
         }},
        {"config.passed", Outcome::warn, "sets it itself",
         [](S& s) { s.add_containers(), s.add_drift(deployment::DriftKind::hard_coded, "DB_HOST"); }},
        {"config.passed", Outcome::warn, "This shell",
         [](S& s) { s.add_containers(), s.add_drift(deployment::DriftKind::shadowed, "DEBUG"); }},
        {"container.memory", Outcome::warn, "about to reach",
         [](S& s) {
             s.add_containers();
             s.memory_use = {{"backend", 250ull << 20, 256ull << 20}};
         }},
        {"container.image", Outcome::warn, "A newer image is there",
         [](S& s) { s.add_containers(), s.images.front().moved = true; }},
        {"container.image", Outcome::note, "no image has the name",
         [](S& s) { s.add_containers(), s.images.front().moved.reset(), s.images.front().gone = true; }},
        {"container.image", Outcome::note, "backend/requirements.txt of backend",
         [](S& s) { s.add_containers(), s.images.front().newer = {"backend/requirements.txt"}; }},
        {"container.image", Outcome::skip, "did not tell",
         [](S& s) { s.add_containers(), s.images.front().moved.reset(); }},
        {"container.log_size", Outcome::note, "no log rotation is set",
         [](S& s) { s.add_containers(), s.logs.front().rotated = false; }},
        {"container.log_size", Outcome::pass, "",
         [](S& s) { s.add_containers(), s.logs.front().bytes = 5ull << 30; }},
        {"container.log_size", Outcome::warn, "filling its disk",
         [](S& s) { s.add_containers(), s.logs.front().bytes = 60ull << 30; }},
        {"container.log_size", Outcome::warn, "filling its disk",
         [](S& s) {
             s.add_containers(), s.logs.front().bytes = 2ull << 30;
             s.logs.front().disk->available = 1ull << 30;
         }},
        {"container.log_size", Outcome::note, "(backend)",  // not for this user to look at
         [](S& s) { s.add_containers(), s.logs = {{"backend", false, {}, {}}}; }},
        {"container.log_size", Outcome::skip, "not kept in files",
         [](S& s) { s.add_containers(), s.logs.clear(); }},
        {"container.log_errors", Outcome::note, "db.lost ×12",
         [](S& s) { s.add_containers(), s.recent.kinds = {{entry("db.lost", 6), "backend", "lost", 12, s.time}}; }},
        {"container.log_errors", Outcome::note, "unknown error ×1",
         [](S& s) { s.add_containers(), s.recent.kinds = {{nullptr, "backend", "Traceback", 1, {}}}; }},
        {"container.log_errors", Outcome::warn, "can cost data",
         [](S& s) {
             s.add_containers();
             s.recent.kinds = {{entry("migration.tables_dropped", 9), "backend", "dropped", 1, s.time}};
         }},
        {"container.log_errors", Outcome::note, "too long",
         [](S& s) { s.add_containers(), s.recent.ended = Error{ErrorCode::timeout, "late", {}}; }},
        {"container.log_errors", Outcome::note, "its rest was not read",
         [](S& s) {
             s.add_containers(), s.recent.kinds = {{entry("db.lost", 6), "backend", "lost", 12, s.time}};
             s.recent.ended = Error{ErrorCode::timeout, "late", {}};
         }},
        {"container.log_errors", Outcome::note, "driver",
         [](S& s) { s.add_containers(), s.recent.problems = {{ErrorCode::denied, "the driver keeps none", {}}}; }},
    };
    return all;
}

}  // namespace

TEST_CASE("the healthy scene passes every check, without a note") {
    FixedScene scene;
    scene.add_containers();
    for (const doctor::Check& check : doctor::all_checks()) {
        const doctor::Finding finding = check.run(scene);
        CAPTURE(check.id);
        CAPTURE(finding.cause);
        if (check.id == "frontend.proxy" || check.id == "frontend.container")
            CHECK(finding.outcome == Outcome::skip);  // there is none
        else if (check.id == "config.gate")
            CHECK(finding.outcome != Outcome::fail);
        else
            CHECK(finding.outcome == Outcome::pass);
    }
}

TEST_CASE("each check hits on its fact") {
    std::set<std::string> hit;
    for (const Case& c : cases()) {
        FixedScene scene;
        c.change(scene);
        const doctor::Finding finding = run(c.check, scene);
        CAPTURE(c.check);
        CAPTURE(c.says);
        CAPTURE(finding.cause);
        CHECK(finding.outcome == c.outcome);
        CHECK(finding.cause.find(c.says) != std::string::npos);
        hit.insert(c.check);
    }
    for (const doctor::Check& check : doctor::all_checks())
        CHECK_MESSAGE(hit.count(std::string(check.id)), check.id);
}

TEST_CASE("no step is for a service without a name") {
    FixedScene scene;
    scene.add_containers();
    scene.container_reading->deployment.members.clear();
    for (const bool named : {false, true}) {
        if (named) scene.compose_files.model.services.emplace_back().name = "mysql";
        const doctor::Finding finding = run("engine.deployment", scene);
        CHECK((finding.fix.front().command.find("--no-deps") != std::string::npos) == named);
        for (const runbook::Step& step : finding.fix) CHECK(step.command.find("''") == std::string::npos);
    }
}

TEST_CASE("the wipe trap puts data at stake and says what is there") {
    FixedScene scene;
    scene.database_reading.revisions = std::vector<std::string>{};
    const doctor::Finding finding = run("db.wipe_trap", scene);
    CHECK(finding.data_at_stake);
    CHECK(finding.meaning.find("`users` has 84 rows") != std::string::npos);
    CHECK(finding.meaning.find("Do not restart") != std::string::npos);
}

TEST_CASE("the catalogue is sound: known ids, no ring in needs or explains") {
    std::map<std::string_view, size_t> place;
    for (const doctor::Check& check : doctor::all_checks())
        CHECK(place.emplace(check.id, place.size()).second);
    const std::function<void(std::string_view, std::set<std::string_view>, bool)> walk =
        [&](std::string_view id, std::set<std::string_view> path, bool needs) {
            REQUIRE_MESSAGE(place.count(id), id);
            REQUIRE_MESSAGE(path.insert(id).second, id);
            const doctor::Check* check = doctor::find_check(id);
            for (const std::string_view next : needs ? check->needs : check->explains)
                walk(next, path, needs);
        };
    for (const doctor::Check& check : doctor::all_checks()) {
        walk(check.id, {}, true);
        walk(check.id, {}, false);
        for (const std::string_view need : check.needs) CHECK(place[need] < place[check.id]);
    }
}

TEST_CASE("who blocks is shown without a value of his statement, and the remedy names him") {
    FixedScene scene;
    pile_up(scene);
    scene.work.locks.list.processes[1].statement = "UPDATE users SET rank='Chief of Secrets' WHERE id=7";
    const doctor::Finding finding = run("db.lock_wait", scene);
    CHECK(finding.seen.front() ==
          "#790 app@172.18.0.9, idle in its transaction for 11 min → 2 waiting, the longest for 41 s");
    REQUIRE(finding.fix.size() == 2);
    CHECK(finding.fix[1].command == "{logbookctl} mysql kill 790 --confirm=790");
    CHECK(finding.fix[1].risk == runbook::Risk::restart);
    CHECK(doctor::shown_process(scene.work.locks, 812) ==
          "#812 app@172.18.0.9, at work for 41 s: UPDATE users SET rank=? WHERE id=?");
}

TEST_CASE("who holds the connections is told") {
    FixedScene scene;
    fail_database(scene, probe::DatabaseStage::login, ErrorCode::conflict, "1040 Too many connections");
    scene.work.accounts = {{"report@172.18.0.9", 180, 179}, {"app@172.18.0.4", 20, 3}};
    const doctor::Finding finding = run("db.connections", scene);
    CHECK(finding.seen[1] == "report@172.18.0.9 holds 180, 179 of them idle");
}
