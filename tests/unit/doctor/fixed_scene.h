// A scene whose facts a test sets: healthy to begin with.
#pragma once

#include <cstdlib>

#include "logbook/doctor/scene.h"

namespace logbook::test {

class FixedScene final : public doctor::Scene {
  public:
    FixedScene() {
        set_env("ENVIRONMENT=development\nSECRET_KEY=" + hex_of('a', 64) +
                "\nENCRYPTION_KEY=" + hex_of('b', 64) + "\nENCRYPTION_SALT=" + hex_of('c', 32) +
                "\nDB_HOST=127.0.0.1\nDB_NAME=the_logbook\nDB_USER=logbook_user\n" +
                "DB_PASSWORD=" + hex_of('d', 32) + "\nMYSQL_ROOT_PASSWORD=" + hex_of('f', 32) +
                "\nREDIS_PASSWORD=" + hex_of('e', 32) + "\n");
        database_reading.host = "127.0.0.1";
        database_reading.port = 3306;
        database_reading.user = "logbook_user";
        database_reading.database = "the_logbook";
        database_reading.version = "10.11.14-MariaDB";
        database_reading.mariadb = true;
        database_reading.charset = "utf8mb4";
        database_reading.collation = "utf8mb4_unicode_ci";
        database_reading.ahead = Millis(20);
        database_reading.connections = 5;
        database_reading.most_connections = 200;
        database_reading.users = 84;
        database_reading.organizations = 1;
        database_reading.tables = 254;
        database_reading.revisions = std::vector<std::string>{"a17c4e9d2b61"};
        database_reading.rights = std::vector<std::string>{
            "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "INDEX", "REFERENCES"};
        work.login = "root";
        work.deadlocks = 0;
        work.history = 12;
        work.uptime = std::chrono::hours(3);
        work.schema_exists = true;
        cache_reading.host = "127.0.0.1";
        cache_reading.role = "master";
        cache_reading.hits = cache_reading.misses = 100;
        cache_reading.clients = 3;
        cache_reading.most_clients = 10'000;
        cache_reading.port = 6379;
        cache_reading.used_memory = 10 << 20;
        cache_reading.most_memory = 64 << 20;
        cache_reading.eviction_policy = "allkeys-lru";
        cache_reading.last_save = "ok";
        cache_reading.last_append = "ok";
        for (probe::HealthReading* reading : {&backend_reading.health, &backend_reading.database,
                                              &backend_reading.cache, &frontend_reading}) {
            reading->state = probe::HealthState::healthy;
            reading->status = 200;
            reading->timings.total = Millis(2);
        }
        mounted.push_back(
            {"the project's folder", "/srv", {100ull << 30, 50ull << 30, 1'000'000, 900'000, 1}});
    }

    // Random-looking text of hexadecimal digits: no placeholder, no repetition that an audit would complain
    // of.
    static std::string hex_of(char seed, size_t length) {
        std::string text;
        uint32_t state = uint32_t(seed) * 2654435761u + 12345u;
        while (text.size() < length) {
            state = state * 1664525u + 1013904223u;
            text += "0123456789abcdef"[state >> 28];
        }
        return text;
    }

    void set_env(const std::string& text, mode_t mode = 0600) {
        settings::LoadedEnv loaded;
        loaded.path = path;
        loaded.file = settings::parse_env(text);
        loaded.facts.mode = mode;
        loaded.facts.owner = 1000;
        loaded.bytes = Secret(text);
        all = settings::Settings(loaded.file);
        env_result = std::move(loaded);
    }

    // A database, a Redis and a backend on one network, all running.
    void add_containers() {
        probe::ContainersReading reading;
        reading.endpoint.emplace();
        reading.endpoint->socket = "/var/run/docker.sock";
        reading.deployment.project = "the-logbook";
        reading.engine.clock_offset = Millis(3);
        const auto add = [&](deployment::Role role, const char* service) {
            docker::Container container;
            container.name = std::string("intranet-") + service;
            container.state = docker::ContainerState::running;
            container.health = docker::Health::healthy;
            container.started = time - std::chrono::hours(3);
            container.networks.push_back({"net", "1", "172.18.0.2", "", "", {service}});
            reading.deployment.members.push_back({role, service, std::move(container)});
        };
        add(deployment::Role::database, "mysql");
        add(deployment::Role::cache, "redis");
        add(deployment::Role::backend, "backend");
        container_reading = std::move(reading);
        memory_use = {{"backend", 100ull << 20, 256ull << 20}};
        logs = {
            {"backend", true, 10u << 20, host::DiskSpace{100ull << 30, 50ull << 30, 1'000'000, 900'000, 1}}};
        images = {{"backend", "logbook-backend", false, false, {}}};
        backend_reading.health.date = time;
        drift_reading.emplace(deployment::DriftReading{env_result, {}, {}, {}, {}});
    }
    deployment::DriftFinding& add_drift(deployment::DriftKind kind, const std::string& name) {
        deployment::DriftFinding finding;
        finding.kind = kind, finding.name = name, finding.service = "backend";
        finding.stake = deployment::stake_of(name);
        return drift_reading->drift.findings.emplace_back(finding);
    }
    docker::Container& container(deployment::Role role) {
        for (deployment::Member& member : container_reading->deployment.members)
            if (member.role == role) return member.container;
        std::abort();
    }
    void remove(deployment::Role role) {
        auto& members = container_reading->deployment.members;
        for (size_t i = 0; i < members.size(); ++i)
            if (members[i].role == role) members.erase(members.begin() + std::ptrdiff_t(i--));
    }

    const std::filesystem::path& project_dir() const override { return folder; }
    const std::filesystem::path& env_path() const override { return path; }
    const Result<settings::LoadedEnv>& env() const override { return env_result; }
    const settings::Settings& settings() const override { return all; }
    const deployment::ComposeProject& compose() const override { return compose_files; }
    const probe::ContainersReading* containers() const override {
        return container_reading ? &*container_reading : nullptr;
    }
    const std::vector<doctor::MemoryUse>& memory() const override { return memory_use; }
    const std::vector<doctor::LogUse>& log_use() const override { return logs; }
    const std::vector<doctor::ImageUse>& image_use() const override { return images; }
    const doctor::RecentLog& recent_log() const override { return recent; }
    const deployment::DriftReading* drift() const override {
        return drift_reading ? &*drift_reading : nullptr;
    }
    const std::string& backend_log() const override { return log; }
    WallTime now() const override { return time; }
    std::vector<Secret> secrets_seen() const override { return {}; }
    const probe::DatabaseReading& database() const override { return database_reading; }
    const doctor::DatabaseWork& database_work() const override { return work; }
    const probe::CacheReading& cache() const override { return cache_reading; }
    const probe::BackendReading& backend() const override { return backend_reading; }
    const probe::HealthReading& frontend() const override { return frontend_reading; }
    doctor::Page page(deployment::Role, const std::string& asked) const override {
        return {asked,
                tl::unexpected(net::HttpFailure{{ErrorCode::unreachable, "nobody is asked", {}}, {}, {}})};
    }
    std::vector<host::Listener> listeners(uint16_t) const override { return holders; }
    const std::vector<doctor::MountedDisk>& disks() const override { return mounted; }
    bool other_login_users() const override { return others; }

    std::filesystem::path folder = "/srv/the-logbook", path = "/srv/the-logbook/.env";
    Result<settings::LoadedEnv> env_result = settings::LoadedEnv{};
    settings::Settings all{settings::EnvFile{}};
    deployment::ComposeProject compose_files;
    probe::DatabaseReading database_reading;
    doctor::DatabaseWork work;
    probe::CacheReading cache_reading;
    probe::BackendReading backend_reading;
    probe::HealthReading frontend_reading;
    std::vector<host::Listener> holders;
    std::vector<doctor::MountedDisk> mounted;
    bool others = false;
    std::optional<probe::ContainersReading> container_reading;
    std::vector<doctor::MemoryUse> memory_use;
    std::vector<doctor::LogUse> logs;
    std::vector<doctor::ImageUse> images;
    doctor::RecentLog recent;
    std::string log;
    std::optional<deployment::DriftReading> drift_reading;
    WallTime time{std::chrono::hours(24 * 365 * 56)};
};

}  // namespace logbook::test
