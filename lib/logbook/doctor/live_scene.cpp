// The real scene.
#include "logbook/doctor/live_scene.h"

#include <unistd.h>

#include "logbook/deployment/backend_settings.h"
#include "logbook/host/login_users.h"

namespace logbook::doctor {
namespace {

// A value made at the first request; others that ask meanwhile wait for it.
template <typename T>
class Once {
  public:
    template <typename Make>
    const T& get(const Make& make) const {
        std::call_once(flag_, [&] { value_.emplace(make()); });
        return *value_;
    }

  private:
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
    const probe::DatabaseReading& database() const override {
        return database_.get([&] {
            const net::SqlEndpoint endpoint = deployment::database_endpoint(settings(), compose().model);
            if (auto reason = deployment::unverifiable_tls(settings(), endpoint)) {
                probe::DatabaseReading unread;
                unread.host = endpoint.host, unread.port = endpoint.port;
                unread.stage = probe::DatabaseStage::greeting;
                unread.failure = std::move(reason);
                return unread;
            }
            return probe::read_database(from_.sql, endpoint, from_.clock, budget());
        });
    }
    const probe::CacheReading& cache() const override {
        return cache_.get([&] {
            return probe::read_cache(from_.redis, deployment::cache_endpoint(settings(), compose().model),
                                     from_.clock, budget());
        });
    }
    const probe::BackendReading& backend() const override {
        return backend_.get(
            [&] { return probe::read_backend(from_.http, deployment::backend_url(settings()), budget()); });
    }
    const probe::HealthReading& frontend() const override {
        return frontend_.get([&] {
            return probe::read_health(from_.http, deployment::frontend_url(settings()) + "/health", budget());
        });
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
            add("Docker's data", "/var/lib/docker");
            add("the root file system", "/");
            return disks;
        });
    }
    bool other_login_users() const override {
        return others_.get(
            [&] { return host::has_other_login_users(env() ? env()->facts.owner : ::geteuid()); });
    }

  private:
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
    Once<probe::DatabaseReading> database_;
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
