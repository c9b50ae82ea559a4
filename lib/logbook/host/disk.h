// Free space and free inodes of the file system under a path.
#pragma once

#include <cstdint>
#include <filesystem>

#include "logbook/base/result.h"

namespace logbook::host {

struct DiskSpace {
    uint64_t total = 0, available = 0;          // bytes; available: to ordinary users
    uint64_t inodes = 0, inodes_available = 0;  // 0 inodes: the file system does not count them
    uint64_t device = 0;                        // equal for two paths on one file system
};

// May block on a dead network mount: call it where that is bounded from outside.
LOGBOOK_EXPORT Result<DiskSpace> disk_space(const std::filesystem::path& path);

}  // namespace logbook::host
