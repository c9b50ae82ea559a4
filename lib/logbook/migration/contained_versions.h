// The revision files inside a container or an image, taken out through the engine: nothing is run there.
#pragma once

#include <string>
#include <vector>

#include "logbook/docker/engine.h"
#include "logbook/revision/versions_folder.h"

namespace logbook::migration {

// Where the application's image has them, and where Alembic's own `init` would put them, below the folder
// that a container works in and below /app; best first. Pure.
LOGBOOK_EXPORT std::vector<std::string> versions_paths(const std::string& working_dir);

// What stands in the folder `path` by the archive that the engine made of it, with the time when each file
// was last written. Pure.
LOGBOOK_EXPORT revision::VersionsFolder versions_in(const std::string& path,
                                                    const std::vector<docker::ArchiveEntry>& archive);

// Of a container, running or not, with whatever is mounted into it. Fails with `not_found` where it has none
// of versions_paths(), else as the engine does.
LOGBOOK_EXPORT Result<revision::VersionsFolder>
read_container_versions(const docker::Engine& engine, const docker::Container& container, Deadline deadline);

// One file of a container, running or not.
LOGBOOK_EXPORT Result<std::string> read_container_file(const docker::Engine& engine,
                                                       const std::string& container, const std::string& path,
                                                       Deadline deadline);
LOGBOOK_EXPORT Result<std::string> read_image_file(const docker::Engine& engine, const std::string& image,
                                                   const std::string& path, Deadline deadline);

// Of an image that the engine has. A container is made of it, never started, and removed; what a killed run
// left behind, the next one removes.
LOGBOOK_EXPORT Result<revision::VersionsFolder> read_image_versions(const docker::Engine& engine,
                                                                    const std::string& image,
                                                                    const Clock& clock, Deadline deadline);

}  // namespace logbook::migration
