// A backup that is there already.
#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

#include "logbook/base/fd.h"
#include "logbook/base/text.h"
#include "logbook/migration/backup.h"

namespace logbook::migration {

namespace fs = std::filesystem;

Result<std::optional<Backup>> find_backup(const fs::path& folder, const BackupFacts& wanted,
                                          WallTime not_before, Deadline deadline) {
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().filename().string();
        constexpr std::string_view ending = ".sql.gz";
        if (name.size() <= ending.size() ||
            name.compare(name.size() - ending.size(), ending.size(), ending) != 0)
            continue;
        std::error_code unread;
        const auto written = fs::last_write_time(at->path(), unread);
        if (!unread) files.emplace_back(written, at->path());
    }
    std::sort(files.rbegin(), files.rend());
    constexpr size_t most_tried = 5;
    for (size_t i = 0; i < files.size() && i < most_tried; ++i) {
        auto backup = verify_backup(files[i].second, deadline);
        if (!backup && backup.error().code == ErrorCode::timeout) return fail(backup.error());
        if (backup && backup->facts.database == wanted.database && backup->facts.taken >= not_before &&
            backup->facts.tables == wanted.tables && backup->facts.revisions == wanted.revisions)
            return std::optional(std::move(*backup));
    }
    return std::optional<Backup>();
}

}  // namespace logbook::migration
