// The real scene.
#include "logbook/doctor/live_scene.h"

#include <algorithm>
#include <atomic>
#include <unistd.h>

#include "logbook/deployment/backend_settings.h"
#include "logbook/deployment/ladder.h"
#include "logbook/deployment/root_login.h"
#include "logbook/docker/sampling.h"
#include "logbook/host/login_users.h"
#include "logbook/settings/known.h"

namespace logbook::doctor {
namespace {

// A value made at the first request; others that ask meanwhile wait for it.
template <typename T>
class Once {
  public:
    template <typename Make>
    const T& get(const Make& make) const {
        std::call_once(flag_, [&] {
            value_.emplace(make());
            made_ = true;
        });
        return *value_;
    }
    // nullptr while it is not made; never waits.
    const T* peek() const { return made_ ? &*value_ : nullptr; }

  private:
    mutable std::atomic<bool> made_ = false;
    mutable std::once_flag flag_;
    mutable std::optional<T> value_;
};

class LiveScene final : public Scene {
  public:
    LiveScene(LiveSceneSources sources, Deadline deadline, Millis probe_limit)
        : from_(std::move(sources)), deadline_(deadline), probe_limit_(probe_limit) {}

    const std::filesystem::path& project_dir() const override { return from_.project_dir; }
    const std::filesystem::path& env_path() const override { return from_.env_path; }

    const Result<settings::LoadedEnv>& env() const override {
        return env_.get([&] { return settings::load_env(from_.env_path, from_.environment); });
    }
    const settings::Settings& settings() const override {
        return settings_.get([&] {
            return env() ? settings::Settings(env()->file, from_.environment)
                         : settings::Settings(settings::EnvFile{}, from_.environment);
        });
    }
    const settings::Settings& backend_settings() const override {
        return backend_settings_.get([&] {
            static const settings::EnvFile none;
            const settings::EnvFile& file = env() ? env()->file : none;
            return deployment::backend_settings(
                       file, from_.environment, compose(),
                       deployment::read_compose_origins(from_.project_dir,
                                                        deployment::compose_lookup(file, from_.environment)))
                .value_or(settings());
        });
    }
    const deployment::ComposeProject& compose() const override {
        return compose_.get([&] {
            static const settings::EnvFile none;
            return deployment::read_compose_files(
                from_.project_dir, {},
                deployment::compose_lookup(env() ? env()->file : none, from_.environment));
        });
    }
    WallTime now() const override { return from_.clock.wall(); }

    const probe::ContainersReading* containers() const override {
        const auto& reading = containers_.get([&] { return read_containers(); });
        return reading ? &*reading : nullptr;
    }
    const std::vector<MemoryUse>& memory() const override {
        return memory_.get([&] { return read_memory(); });
    }

    const deployment::DriftReading* drift() const override {
        const auto& reading = drift_.get([&]() -> std::optional<deployment::DriftReading> {
            const auto* found = deployed();
            if (!found || from_.whole_environment.empty()) return std::nullopt;
            deployment::DriftSources sources;
            sources.folder = from_.project_dir;
            sources.env_path = from_.env_path;
            sources.project_name = from_.project_name;
            sources.shell = from_.environment;
            sources.environment = from_.whole_environment;
            sources.engine = engine();
            sources.deployment = &found->deployment;
            return deployment::read_drift(sources, budget());
        });
        return reading ? &*reading : nullptr;
    }
    const std::vector<LogUse>& log_use() const override {
        return log_use_.get([&] {
            const auto* found = deployed();
            return found ? read_log_use(*found) : std::vector<LogUse>();
        });
    }
    const std::vector<ImageUse>& image_use() const override {
        return image_use_.get([&] {
            const auto* found = deployed();
            if (!found) return std::vector<ImageUse>();
            return read_image_use(*found, *engine(), compose().model, project_dir(), budget());
        });
    }
    const RecentLog& recent_log() const override {
        return recent_log_.get([&] {
            const auto* found = deployed();
            if (!found || !from_.catalogue) return RecentLog();
            return read_recent_log(*found, **engine_.peek(), *from_.catalogue, now(), budget());
        });
    }
    const std::string& backend_log() const override {
        return backend_log_.get([&] { return read_backend_log(); });
    }

    const probe::DatabaseReading& database() const override {
        return database_.get([&] {
            if (const auto* found = deployed()) return database_in(*found);
            const net::SqlEndpoint endpoint = deployment::database_endpoint(settings(), compose().model);
            if (auto reason = deployment::unverifiable_tls(settings(), endpoint))
                return unread_database(endpoint, probe::DatabaseStage::greeting, std::move(*reason));
            return probe::read_database(from_.sql, endpoint, from_.clock, budget());
        });
    }
    const DatabaseWork& database_work() const override {
        return database_work_.get([&] { return work_of(database()); });
    }
    const probe::CacheReading& cache() const override {
        return cache_.get([&] {
            if (const auto* found = deployed()) return cache_in(*found);
            const net::RedisEndpoint endpoint = deployment::cache_endpoint(settings(), compose().model);
            if (auto reason = deployment::unverifiable_tls(endpoint))
                return unread_cache(endpoint, probe::CacheStage::greeting, std::move(*reason));
            return probe::read_cache(from_.redis, endpoint, from_.clock, budget());
        });
    }
    const probe::BackendReading& backend() const override {
        return backend_.get([&] {
            const Door door = door_to(deployment::Role::backend);
            probe::BackendReading reading = probe::read_backend(door.http(from_), door.origin, budget());
            for (probe::HealthReading* one : {&reading.health, &reading.database, &reading.cache})
                one->url = door.url(one->url.substr(door.origin.size()));
            return reading;
        });
    }
    const probe::HealthReading& frontend() const override {
        return frontend_.get([&] {
            const Door door = door_to(deployment::Role::frontend);
            auto reading = probe::read_health(door.http(from_), door.origin + "/health", budget());
            reading.url = door.url("/health");
            return reading;
        });
    }
    Page page(deployment::Role role, const std::string& path) const override {
        const Door door = door_to(role);
        net::HttpRequest request;
        request.url = door.origin + path;
        request.most_bytes = 8u << 20;
        auto reply = door.http(from_).send(request, budget());
        return {door.url(path), std::move(reply)};
    }
    std::vector<host::Listener> listeners(uint16_t port) const override { return host::listeners_on(port); }

    const std::vector<MountedDisk>& disks() const override {
        return disks_.get([&] {
            std::vector<MountedDisk> disks;
            const auto add = [&](const char* what, const std::filesystem::path& path) {
                const auto space = host::disk_space(path);
                if (!space) return;
                for (const MountedDisk& known : disks)
                    if (known.space.device == space->device) return;
                disks.push_back({what, path, *space});
            };
            add("the project's folder", from_.project_dir);
            const auto* containers = this->containers();
            const bool told = containers && containers->local() && !containers->engine.root_dir.empty();
            add("the engine's data", told ? containers->engine.root_dir : "/var/lib/docker");
            add("the root file system", "/");
            return disks;
        });
    }
    bool other_login_users() const override {
        return others_.get(
            [&] { return host::has_other_login_users(env() ? env()->facts.owner : ::geteuid()); });
    }

    std::vector<Secret> secrets_seen() const override {
        std::vector<Secret> secrets;
        if (const auto* reading = containers_.peek(); reading && *reading)
            for (const deployment::Member& member : (*reading)->deployment.members)
                for (const docker::EnvironmentValue& variable : member.container.environment)
                    if (settings::is_secret_name(variable.name)) secrets.push_back(variable.value);
        // What Compose makes of the files may hold values that no container has yet.
        if (const auto* drift = drift_.peek(); drift && *drift)
            for (const deployment::ComposeService& service : (*drift)->compose.model.services)
                for (const deployment::ServiceVariable& variable : service.environment)
                    if (variable.value && settings::is_secret_name(variable.name))
                        secrets.push_back(*variable.value);
        return secrets;
    }

  private:
    const docker::Engine* engine() const {
        const auto& connected = engine_.get([&]() -> Result<std::shared_ptr<const docker::Engine>> {
            const auto endpoint = docker::find_endpoint(from_.engine, docker::endpoint_world());
            if (!endpoint) return fail(endpoint.error());
            auto made = docker::connect_engine(*endpoint, from_.stream, engine_budget());
            if (!made) return fail(made.error());
            return std::shared_ptr<const docker::Engine>(std::move(*made));
        });
        return connected ? connected->get() : nullptr;
    }

    // Half of what is left at the most: without containers there is still much to judge.
    Deadline engine_budget() const { return budget().at_most(deadline_.remaining() / 2); }

    std::optional<probe::ContainersReading> read_containers() const {
        deployment::Wanted wanted;
        wanted.project = from_.project_name;
        wanted.folder = from_.project_dir;
        wanted.folder_is_meant = from_.folder_is_meant || compose().exists();
        const bool expected = compose().exists() || !from_.project_name.empty() || !from_.engine.empty();
        const docker::Engine* asked = engine();
        if (!asked) {
            if (!expected) return std::nullopt;
            probe::ContainersReading failed;
            failed.engine_failure = engine_.peek()->error();
            return failed;
        }
        probe::ContainersReading reading =
            probe::read_containers(*asked, wanted, compose().model.project, from_.clock, engine_budget());
        // An engine that runs other things only, or none that answers, is no concern of a project without it.
        if (!expected && !reading.found()) return std::nullopt;
        return reading;
    }

    // The containers where there are some to judge by.
    const probe::ContainersReading* deployed() const {
        const auto* reading = containers();
        return reading && reading->found() ? reading : nullptr;
    }

    // HTTP to a role: to its container by the ways that lead there, else to where .env says that it is.
    struct Door {
        std::string origin;
        std::unique_ptr<deployment::HttpLadder> ladder;

        const net::Transport& http(const LiveSceneSources& from) const {
            return ladder ? static_cast<const net::Transport&>(*ladder) : from.http;
        }
        std::string url(std::string_view path) const {
            const auto used = ladder ? ladder->used() : std::nullopt;
            return used ? used->url(path) : origin + std::string(path);
        }
    };
    Door door_to(deployment::Role role) const {
        const bool backend = role == deployment::Role::backend;
        Door door{backend ? deployment::backend_url(settings()) : deployment::frontend_url(settings()), {}};
        const auto* found = deployed();
        const docker::Container* container = found ? found->of_role(role) : nullptr;
        if (!container) return door;
        auto ways =
            deployment::ways_to(*container, deployment::http_port(*container, role), *found->endpoint);
        if (!ways.empty())
            door.ladder = std::make_unique<deployment::HttpLadder>(std::move(ways), from_.http, *engine());
        return door;
    }

    static probe::DatabaseReading unread_database(const net::SqlEndpoint& endpoint,
                                                  probe::DatabaseStage stage, Error why) {
        probe::DatabaseReading unread;
        unread.host = endpoint.host, unread.port = endpoint.port;
        unread.user = endpoint.user, unread.database = endpoint.database;
        unread.stage = stage;
        unread.failure = std::move(why);
        return unread;
    }

    probe::DatabaseReading database_in(const probe::ContainersReading& found) const {
        auto reach =
            deployment::reach_database(found.deployment, settings(), compose().model, *found.endpoint);
        if (reach.obstacle) {
            const bool no_name = reach.obstacle->code == ErrorCode::not_found;
            return unread_database(reach.endpoint,
                                   no_name ? probe::DatabaseStage::name : probe::DatabaseStage::connect,
                                   std::move(*reach.obstacle));
        }
        const deployment::SqlLadder ladder(std::move(reach.ways), from_.sql, *engine());
        auto reading = probe::read_database(ladder, reach.endpoint, from_.clock, budget());
        if (const auto used = ladder.used()) reading.way = used->text();
        return reading;
    }

    static probe::CacheReading unread_cache(const net::RedisEndpoint& endpoint, probe::CacheStage stage,
                                            Error why) {
        probe::CacheReading unread;
        unread.host = endpoint.host, unread.port = endpoint.port;
        unread.stage = stage;
        unread.failure = std::move(why);
        return unread;
    }

    // The password that the database's container was made with, else .env's.
    Secret root_password() const {
        const auto* found = deployed();
        const auto login =
            deployment::root_login(found ? found->of_role(deployment::Role::database) : nullptr, settings());
        return login ? login->password : Secret();
    }

    DatabaseWork work_of(const probe::DatabaseReading& reading) const {
        // Root may still be let in where every ordinary connection is taken, and sees what another may not
        // use.
        const bool askable = reading.stage == probe::DatabaseStage::ready ||
                             reading.stage == probe::DatabaseStage::database ||
                             (reading.failure && reading.failure->code == ErrorCode::conflict);
        if (!askable) {
            DatabaseWork unread;
            unread.failure = reading.failure;
            return unread;
        }
        const auto* found = deployed();
        if (!found)
            return read_database_work(from_.sql, deployment::database_endpoint(settings(), compose().model),
                                      root_password(), budget());
        auto reach =
            deployment::reach_database(found->deployment, settings(), compose().model, *found->endpoint);
        const deployment::SqlLadder ladder(std::move(reach.ways), from_.sql, *engine());
        return read_database_work(ladder, reach.endpoint, root_password(), budget());
    }

    probe::CacheReading cache_in(const probe::ContainersReading& found) const {
        auto reach = deployment::reach_cache(found.deployment, settings(), compose().model, *found.endpoint);
        if (reach.obstacle) {
            const bool no_name = reach.obstacle->code == ErrorCode::not_found;
            return unread_cache(reach.endpoint,
                                no_name ? probe::CacheStage::name : probe::CacheStage::connect,
                                std::move(*reach.obstacle));
        }
        const deployment::RedisLadder ladder(std::move(reach.ways), from_.redis, *engine());
        auto reading = probe::read_cache(ladder, reach.endpoint, from_.clock, budget());
        if (const auto used = ladder.used()) reading.way = used->text();
        return reading;
    }

    std::string read_backend_log() const {
        constexpr size_t most_bytes = 256 << 10;
        const auto* found = deployed();
        const docker::Container* backend = found ? found->of_role(deployment::Role::backend) : nullptr;
        std::string text;
        if (!backend) return text;
        docker::LogOptions options;
        options.tail = 600;
        // What came before a failure is kept: part of a log is better than none.
        (void)engine()->logs(
            backend->id, backend->tty, options,
            [&](const docker::Piece& piece) {
                text += piece.bytes;
                if (text.size() > 2 * most_bytes) text.erase(0, text.size() - most_bytes);
                return true;
            },
            budget());
        if (text.size() > most_bytes) text.erase(0, text.size() - most_bytes);
        return text;
    }

    std::vector<MemoryUse> read_memory() const {
        std::vector<MemoryUse> all;
        const auto* found = deployed();
        if (!found) return all;
        for (const deployment::Member& member : found->deployment.members)
            if (member.container.state == docker::ContainerState::running &&
                member.container.memory_limit > 0)
                all.push_back({member.service, 0, uint64_t(member.container.memory_limit)});
        // The older engines answer once a second: all are asked at once.
        docker::for_each_at_once(all.size(), [&](size_t i) {
            const deployment::Member* member = found->deployment.of_service(all[i].service);
            if (const auto stats = engine()->stats(member->container.id, budget()))
                all[i].used = stats->memory;
        });
        return all;
    }

    // What a probe may take now. The margin is for judging and printing before the run's own deadline.
    Deadline budget() const {
        constexpr Millis margin{100};
        const Millis left = deadline_.remaining();
        return Deadline::in(std::min(probe_limit_, left > 2 * margin ? left - margin : left / 2));
    }

    LiveSceneSources from_;
    Deadline deadline_;
    Millis probe_limit_;
    Once<Result<settings::LoadedEnv>> env_;
    Once<settings::Settings> settings_, backend_settings_;
    Once<deployment::ComposeProject> compose_;
    Once<Result<std::shared_ptr<const docker::Engine>>> engine_;
    Once<std::optional<probe::ContainersReading>> containers_;
    Once<std::vector<MemoryUse>> memory_;
    Once<std::vector<LogUse>> log_use_;
    Once<std::vector<ImageUse>> image_use_;
    Once<RecentLog> recent_log_;
    Once<std::string> backend_log_;
    Once<std::optional<deployment::DriftReading>> drift_;
    Once<probe::DatabaseReading> database_;
    Once<DatabaseWork> database_work_;
    Once<probe::CacheReading> cache_;
    Once<probe::BackendReading> backend_;
    Once<probe::HealthReading> frontend_;
    Once<std::vector<MountedDisk>> disks_;
    Once<bool> others_;
};

}  // namespace

std::shared_ptr<const Scene> make_live_scene(LiveSceneSources sources, Deadline deadline,
                                             Millis probe_limit) {
    return std::make_shared<LiveScene>(std::move(sources), deadline, probe_limit);
}

}  // namespace logbook::doctor
