// A tar stream of the engine, read into memory within limits. Nothing is ever written to disk: names are only
// data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/result.h"

namespace logbook::docker {

enum class EntryKind { file, folder, link, other };

struct ArchiveEntry {
    std::string path;  // as the archive says it: it may be absolute or climb with "..", so never open it
    EntryKind kind = EntryKind::other;
    std::string link;  // target of a symbolic or hard link
    uint32_t mode = 0;
    int64_t modified = 0;  // seconds since 1970
    std::string content;   // of a file
};

struct ArchiveLimits {
    size_t bytes = size_t(64) << 20;  // of the archive, and of all contents together
    size_t entries = 20'000;
};

// Pure. Fails with `too_large` past a limit, `protocol` for what is no whole tar.
LOGBOOK_EXPORT Result<std::vector<ArchiveEntry>> read_archive(std::string_view tar,
                                                              ArchiveLimits limits = {});

}  // namespace logbook::docker
