// Sizes from the file system, rotation from the container's own settings.
#include "logbook/doctor/log_use.h"

#include <filesystem>

namespace logbook::doctor {
namespace {

namespace fs = std::filesystem;

// The file and its rotated parts ("…-json.log.1", "….2.gz"). Nothing where they may not be looked at.
std::optional<uint64_t> bytes_of(const fs::path& log) {
    std::error_code error;
    uint64_t bytes = fs::file_size(log, error);
    if (error) return std::nullopt;
    const std::string prefix = log.filename().string() + ".";
    for (fs::directory_iterator entry(log.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().filename().string().rfind(prefix, 0) != 0) continue;
        std::error_code gone;
        const uint64_t part = entry->file_size(gone);
        if (!gone) bytes += part;
    }
    return bytes;
}

}  // namespace

std::vector<LogUse> read_log_use(const probe::ContainersReading& reading) {
    std::vector<LogUse> all;
    for (const deployment::Member& member : reading.deployment.members) {
        const docker::Container& container = member.container;
        const bool json_file = container.log_driver == "json-file";
        if (!json_file && container.log_driver != "local") continue;
        LogUse use{member.service, !json_file || container.log_options.count("max-size") > 0, {}, {}};
        if (reading.local() && !container.log_path.empty()) {
            use.bytes = bytes_of(container.log_path);
            if (const auto disk = host::disk_space(fs::path(container.log_path).parent_path());
                use.bytes && disk)
                use.disk = *disk;
        }
        all.push_back(std::move(use));
    }
    return all;
}

}  // namespace logbook::doctor
