// There is room on the disks that the deployment writes to.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr uint64_t mib = 1u << 20;

// Below these a database stops in the middle of a write, or soon will.
constexpr uint64_t fail_below = 200 * mib;
constexpr uint64_t warn_below = 1024 * mib;

std::string describe(const MountedDisk& disk) {
    return fmt::format("{} ({}): {} MiB of {} MiB free", disk.what, disk.path.string(),
                       disk.space.available / mib, disk.space.total / mib);
}

bool few_inodes(const host::DiskSpace& space) {
    return space.inodes > 0 && space.inodes_available < space.inodes / 100 && space.inodes_available < 10'000;
}

Finding run(const Scene& scene) {
    std::vector<std::string> full, tight, fine;
    for (const MountedDisk& disk : scene.disks()) {
        const auto& space = disk.space;
        if (space.available < fail_below || (space.inodes > 0 && space.inodes_available == 0))
            full.push_back(describe(disk));
        else if ((space.available < warn_below && space.available < space.total / 20) || few_inodes(space))
            tight.push_back(describe(disk));
        else
            fine.push_back(describe(disk));
    }
    if (!full.empty()) return failed("The disk is full", full);
    if (!tight.empty()) return warned("The disk is nearly full", tight);
    if (fine.empty()) return undetermined("no file system could be looked at");
    return passed(fine.front());
}

}  // namespace

Check check_host_disk() {
    return {
        "host.disk",
        "there is free disk space",
        {},
        {"db.connect", "db.greets", "cache.connect", "cache.persistence", "backend.port", "backend.health"},
        &run};
}

}  // namespace logbook::doctor
