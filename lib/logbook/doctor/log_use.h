// What the containers' logs take on the engine's disk.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/host/disk.h"
#include "logbook/probe/containers_probe.h"

namespace logbook::doctor {

struct LogUse {
    std::string service;
    bool rotated = false;           // its driver throws old parts away by itself
    std::optional<uint64_t> bytes;  // all parts; nothing: not a file of this machine, or not for this user
    std::optional<host::DiskSpace> disk;  // that it lies on; with `bytes` only
};

// Of the json-file and local drivers; one that sends its records elsewhere takes no room here.
std::vector<LogUse> read_log_use(const probe::ContainersReading& reading);

}  // namespace logbook::doctor
