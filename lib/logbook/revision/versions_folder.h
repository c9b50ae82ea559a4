// The revision files of a folder: one on this machine, or one whose files somebody else hands over.
#pragma once

#include <filesystem>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/revision/revision_file.h"

namespace logbook::revision {

struct VersionsFolder {
    std::filesystem::path path;       // absolute
    std::vector<RevisionFile> files;  // in the folder's own order, which is the one that Alembic goes by
    std::vector<Error> problems;  // files that could not be read or understood; Alembic refuses all for one
    std::vector<std::string> stale;  // names of files set aside (".stale"), which nobody reads
    // Of a folder without any Python: the chain, once settle() was called. Beside Python, nobody's concern.
    std::vector<RevisionFile> sql_files;
    std::vector<Error> sql_problems;
};

constexpr size_t most_revision_files = 50'000;

// Whether Alembic would load a file of that name.
LOGBOOK_EXPORT bool is_revision_source(std::string_view name);
// Whether it may be a revision in plain SQL.
LOGBOOK_EXPORT bool is_sql_source(std::string_view name);

// Takes in one file of the folder, by its bytes or the failure to read them: a revision, a problem, or a name
// that was set aside. What is none of these is passed over.
LOGBOOK_EXPORT void add_file(VersionsFolder& folder, const std::string& name,
                             const Result<std::string_view>& bytes);
// Decides, after the last file, whether the chain is one of Python or of plain SQL.
LOGBOOK_EXPORT void settle(VersionsFolder& folder);

// The versions folder of a project: that of the application's backend, or of an Alembic folder as its own
// `init` makes it. Fails with `not_found`.
LOGBOOK_EXPORT Result<std::filesystem::path> find_versions_folder(const std::filesystem::path& project);

// Every file that Alembic would load; where there is none, every revision in plain SQL. Fails where the
// folder itself cannot be read or has too many files, and at the deadline.
LOGBOOK_EXPORT Result<VersionsFolder> read_versions_folder(const std::filesystem::path& path,
                                                           Deadline deadline);

}  // namespace logbook::revision
