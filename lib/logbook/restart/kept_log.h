// Containers' logs: kept in a file before a container is replaced, and its last records for people.
#pragma once

#include <optional>

#include "logbook/restart/world.h"

namespace logbook::restart {

// Makes the folder (0700), and proves that files can be made in it. For before anything is stopped.
Status prepare_log_folder(const std::filesystem::path& folder);

// Writes the whole log, masked, to `<folder>/<service>-<time>.log.gz` (0600). Nothing where the engine holds
// none for this container (another log driver). On a failure no file is left.
Result<std::optional<std::filesystem::path>> keep_log(const World& world, const std::string& service,
                                                      const docker::Container& container, Deadline deadline);

// The last lines, each printable; at most `most`. Empty where they cannot be had.
std::vector<std::string> last_records(const docker::Engine& engine, const docker::Container& container,
                                      size_t most, Deadline deadline);

}  // namespace logbook::restart
