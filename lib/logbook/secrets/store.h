// The `.env` on the disk, changed under a lock, with a backup, so that a kill at any moment leaves the old
// file or the new one, byte for byte.
#pragma once

#include <filesystem>

#include "logbook/base/clock.h"
#include "logbook/base/deadline.h"
#include "logbook/base/result.h"
#include "logbook/base/secret.h"
#include "logbook/host/file.h"
#include "logbook/settings/env_file.h"

namespace logbook::secrets {

struct Stored {
    std::filesystem::path backup;  // empty when there was no file before
};

// The file as an editor needs it: there or not yet, and accepted by Compose.
struct EnvBefore {
    settings::LoadedEnv env;  // of the real file, where the name is a symbolic link
    bool existed = false;
};

// Reads it without a lock, changing nothing: for a dry run. Fails as EnvStore::open() does, but for the lock.
LOGBOOK_EXPORT Result<EnvBefore> read_for_edit(const std::filesystem::path& path,
                                               const settings::Lookup& outer);

// Holds the lock `<file>.lock` beside the file (mode 0600, left in place) from open() to its end. A symbolic
// link is followed: file, lock, backup and temporary file all stand where the real file does. Move-only, not
// thread-safe.
class LOGBOOK_EXPORT EnvStore {
  public:
    // Locks, then reads. A missing file is an empty one. Fails as load_env() does, with `conflict` when
    // another writer holds the lock past `deadline`, and with `invalid` on a file that Compose refuses.
    static Result<EnvStore> open(const std::filesystem::path& path, const settings::Lookup& outer,
                                 Deadline deadline);

    const EnvBefore& before() const { return before_; }

    // Replaces the file: first a backup `<file>.backup-<UTC>` (mode 0600) when there was one, then the new
    // file, mode 0600, owner and group kept. Fails with `conflict`, nothing touched, when the file is no
    // longer what was read.
    Result<Stored> store(const Secret& bytes, const Clock& clock) const;

    // Takes group's and others' rights away, and nothing else; false when there were none.
    Result<bool> tighten() const;

  private:
    EnvStore(host::FileLock lock, EnvBefore before) : lock_(std::move(lock)), before_(std::move(before)) {}
    host::FileLock lock_;
    EnvBefore before_;
};

}  // namespace logbook::secrets
