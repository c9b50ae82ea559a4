// The private folder of a sandbox: made by us, or not touched at all.
#pragma once

#include <filesystem>
#include <optional>

#include "logbook/base/result.h"
#include "logbook/host/child.h"

namespace logbook::sandbox {

// Where a sandbox stands when nobody says: $XDG_RUNTIME_DIR/logbookctl-sandbox, else one of this user's in
// the folder for temporary files. `runtime_dir` may be empty.
LOGBOOK_EXPORT std::filesystem::path default_folder(const std::string& runtime_dir);

// Makes it (0700); fails with `conflict` when anything is there. Given credentials, it belongs to them.
Status make_folder(const std::filesystem::path& folder, const std::optional<host::Credentials>& owner);

// Writes a new file (0600), which belongs to `owner` where one is given.
Status make_file(const std::filesystem::path& path, const std::string& bytes,
                 const std::optional<host::Credentials>& owner);

// Whether `owner` may enter every folder above `folder` (absolute), by their mode bits. Fails with `denied`,
// naming the first that is closed.
Status reachable(const std::filesystem::path& folder, const std::optional<host::Credentials>& owner);

// Whom servers run as: nobody when this process is root, else this user (nullopt).
Result<std::optional<host::Credentials>> unprivileged();

}  // namespace logbook::sandbox
