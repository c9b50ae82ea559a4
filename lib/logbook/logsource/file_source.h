// Logs in files and on standard input.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "logbook/logscan/source.h"

namespace logbook::logsource {

// What stands in a file decides how it is read: plain text, the engine's json-file, or gzip data with either
// in it. With fragments in `interest`, blocks are searched as they stand, and memory does not grow with the
// file. Fails when the file cannot be opened, naming it. `service` names its records.
LOGBOOK_EXPORT Result<std::unique_ptr<logscan::Source>>
open_file(const std::filesystem::path& path, std::string service, const logscan::Interest& interest);

// The same with what rotation made of it: FILE.2.gz, FILE.1, FILE, the oldest first, as one log.
LOGBOOK_EXPORT Result<std::unique_ptr<logscan::Source>>
open_rotated(const std::filesystem::path& path, std::string service, const logscan::Interest& interest);
// FILE's older parts that exist, the oldest first.
LOGBOOK_EXPORT std::vector<std::filesystem::path> rotated_parts(const std::filesystem::path& path);
constexpr int most_rotations = 1000;

// Standard input, read to its end or to the deadline of the reading.
LOGBOOK_EXPORT std::unique_ptr<logscan::Source> open_stdin(std::string service,
                                                           const logscan::Interest& interest);

}  // namespace logbook::logsource
