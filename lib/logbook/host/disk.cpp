// statvfs(3), with the device to tell file systems apart.
#include "logbook/host/disk.h"

#include <cerrno>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace logbook::host {

Result<DiskSpace> disk_space(const std::filesystem::path& path) {
    struct statvfs fs {};
    struct stat st {};
    if (::statvfs(path.c_str(), &fs) != 0 || ::stat(path.c_str(), &st) != 0)
        return fail(system_error("cannot look at the disk under " + path.string(), errno));
    return DiskSpace{uint64_t(fs.f_blocks) * fs.f_frsize, uint64_t(fs.f_bavail) * fs.f_frsize, fs.f_files,
                     fs.f_favail, st.st_dev};
}

}  // namespace logbook::host
