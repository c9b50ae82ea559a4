// What is wrong with a chain, told all at once and without a database: for CI.
#pragma once

#include "logbook/revision/revision_map.h"
#include "logbook/revision/versions_folder.h"

namespace logbook::revision {

struct LintFinding {
    std::string rule;   // "heads"
    bool error = true;  // else a warning
    std::string file;   // the file's name in the folder; empty: the chain as a whole
    uint32_t line = 0;  // 0: the whole file
    std::string what, hint;
};

// Errors: files that cannot be read or told (`file`), no head or several (`heads`), parents that no file has
// (`parent`), circles (`circle`), one identifier twice (`duplicate`), identifiers that alembic_version has no
// room for (`length`), labels used twice (`label`). Warnings: a header that contradicts the code (`header`),
// a date before a parent's
// (`date`), a merge in name only (`merge`), several bases (`bases`), files set aside (`stale`). In the order
// of the files' names.
LOGBOOK_EXPORT std::vector<LintFinding> lint(const VersionsFolder& folder);

// alembic_version.version_num is VARCHAR(32) (LOGBOOK.md, 6).
constexpr size_t longest_identifier = 32;

}  // namespace logbook::revision
