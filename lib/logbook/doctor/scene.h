// What the checks look at: one project, read once. Each reading is made when a check first asks for it and is
// then shared, so that twenty checks cost one connection to the database.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

#include "logbook/base/deadline.h"
#include "logbook/deployment/address.h"
#include "logbook/deployment/compose_project.h"
#include "logbook/deployment/drift_reading.h"
#include "logbook/doctor/database_work.h"
#include "logbook/doctor/image_use.h"
#include "logbook/doctor/log_use.h"
#include "logbook/doctor/recent_log.h"
#include "logbook/host/disk.h"
#include "logbook/host/listener.h"
#include "logbook/probe/backend_probe.h"
#include "logbook/probe/cache_probe.h"
#include "logbook/probe/containers_probe.h"
#include "logbook/probe/database_probe.h"
#include "logbook/settings/env_file.h"
#include "logbook/settings/settings.h"

namespace logbook::doctor {

struct MountedDisk {
    std::string what;  // "the project's folder"
    std::filesystem::path path;
    host::DiskSpace space;
};

struct MemoryUse {
    std::string service;
    uint64_t used = 0, limit = 0;  // bytes
};

struct Page {
    std::string url;
    tl::expected<net::HttpReply, net::HttpFailure> reply;
};

// The facts, whoever gathered them. Every member function is thread-safe; the first call of each may take as
// long as a probe's time limit.
class LOGBOOK_EXPORT Scene {
  public:
    virtual ~Scene() = default;

    virtual const std::filesystem::path& project_dir() const = 0;
    virtual const std::filesystem::path& env_path() const = 0;
    virtual const Result<settings::LoadedEnv>& env() const = 0;
    virtual const settings::Settings& settings() const = 0;  // defaults alone where `env` failed
    // What the backend is given: its service's rendered environment where Compose files have it, else the
    // same as settings(). For judging the application; where its servers are is settings()' matter.
    virtual const settings::Settings& backend_settings() const { return settings(); }
    virtual const deployment::ComposeProject& compose() const = 0;
    // What the container engine tells; nullptr where nothing says that this project has containers.
    virtual const probe::ContainersReading* containers() const = 0;
    // Whether .env has reached the containers; nullptr where there are none. Runs Compose.
    virtual const deployment::DriftReading* drift() const = 0;
    // Memory in use against its limit, of each container that runs; in the order of its members.
    virtual const std::vector<MemoryUse>& memory() const = 0;
    // These three: of the deployment's containers; empty where there are none.
    virtual const std::vector<LogUse>& log_use() const = 0;
    virtual const std::vector<ImageUse>& image_use() const = 0;
    virtual const RecentLog& recent_log() const = 0;
    // The end of the backend's log, 256 KiB at the most; empty where it has no container.
    virtual const std::string& backend_log() const = 0;
    virtual WallTime now() const = 0;
    virtual const probe::DatabaseReading& database() const = 0;
    // What it is doing; asked only where somebody could log in. Takes a moment longer after a deadlock.
    virtual const DatabaseWork& database_work() const = 0;
    virtual const probe::CacheReading& cache() const = 0;
    virtual const probe::BackendReading& backend() const = 0;
    virtual const probe::HealthReading& frontend() const = 0;
    // Any other page of the backend or the frontend, asked for anew: path → what answers, and where.
    virtual Page page(deployment::Role role, const std::string& path) const = 0;
    virtual std::vector<host::Listener> listeners(uint16_t port) const = 0;
    virtual const std::vector<MountedDisk>& disks() const = 0;
    virtual bool other_login_users() const = 0;  // somebody else may log in to this machine
    // Values that the readings made so far brought along and that must not be shown. Never waits.
    virtual std::vector<Secret> secrets_seen() const = 0;
};

}  // namespace logbook::doctor
