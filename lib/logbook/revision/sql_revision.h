// One revision of a chain that is written in plain SQL: no Python is needed to run it.
#pragma once

#include "logbook/revision/revision_file.h"

namespace logbook::revision {

// The bytes of the file `path`, which is not opened. It begins with comment lines, of which these are known:
//   -- revision: 0002
//   -- down_revision: 0001        (None, or nothing behind the colon: the first one; "a, b": a merge)
//   -- depends_on: …              -- branch_labels: …
//   -- create_date: 2026-11-22 04:12:00
// The first two must be there; the others, and comments that are none of these, which become its text, may.
// The rest of the file, from the first line that is neither a comment nor blank, is `script`. Fails with
// `invalid`, the file and the line.
LOGBOOK_EXPORT Result<RevisionFile> read_sql_revision(const std::filesystem::path& path,
                                                      std::string_view bytes);

}  // namespace logbook::revision
