// Reading files with limits, and replacing them so that a kill at any line leaves the old bytes or the new
// ones.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"

namespace logbook::host {

// Who may do what with a file, and who owns it.
struct FileFacts {
    mode_t mode = 0;  // permission bits only
    uid_t owner = 0;
    gid_t group = 0;
    uint64_t size = 0;
};

struct FileText {
    std::string bytes;
    FileFacts facts;
};

// Reads a regular file of at most `most` bytes. A folder, device, FIFO or socket is refused without blocking;
// a file that is too large is refused without being read.
LOGBOOK_EXPORT Result<FileText> read_file(const std::filesystem::path& path, uint64_t most);

LOGBOOK_EXPORT Result<FileFacts> file_facts(const std::filesystem::path& path);

struct ReplaceOptions {
    mode_t mode = 0600;
    // Keep the owner and group of the file that is replaced (needs root when that is somebody else); when the
    // process may not, the replacement fails and the old file stays.
    bool keep_owner = true;
};

// Writes `bytes` to a new file in the same folder, fsyncs it, renames it over `path` and fsyncs the folder.
// Follows a symbolic link at `path` (the link stays, its target is replaced). On any failure the old file is
// untouched and no temporary file is left, unless the process is killed: then one named `.<name>.XXXXXX.tmp`
// may be.
LOGBOOK_EXPORT Status replace_file(const std::filesystem::path& path, std::string_view bytes,
                                   const ReplaceOptions& options = {});

// Writes a file that must not exist yet (O_EXCL), fsynced with its folder: for backups.
LOGBOOK_EXPORT Status create_file(const std::filesystem::path& path, std::string_view bytes,
                                  mode_t mode = 0600);

// An exclusive advisory lock (flock) on `<path>`, made 0600 if absent and left in place; made by root, it
// belongs to the folder's owner. Its end of life, a crash included, frees it. Move-only.
class LOGBOOK_EXPORT FileLock {
  public:
    // Waits until `deadline`; then fails with `conflict`, naming the holder's process id where the lock file
    // tells it.
    static Result<FileLock> acquire(const std::filesystem::path& path, Deadline deadline);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

  private:
    explicit FileLock(int fd) : fd_(fd) {}
    int fd_ = -1;
};

}  // namespace logbook::host
