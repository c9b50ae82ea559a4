// A file that is still being written, through rotation and truncation, without a gap or a duplicate.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "logbook/logscan/source.h"

namespace logbook::logsource {

struct FollowOptions {
    bool from_beginning = false;  // else only what comes from now on
    std::optional<size_t> last;   // and so many records before it, of this file alone
    Millis poll{100};             // how often the file is looked at
    Millis quiet{300};            // after so long without a line, an open record counts as complete
};

// Follows a file by name. It may be renamed to FILE.1 (and that to FILE.2 …) and made anew, or copied to
// FILE.1 and emptied; between two looks several times. What is not found again after that is told in stats().
// read() returns false when nothing came until the deadline; the source has no end.
LOGBOOK_EXPORT Result<std::unique_ptr<logscan::Source>>
follow_file(const std::filesystem::path& path, std::string service, const FollowOptions& options);

}  // namespace logbook::logsource
