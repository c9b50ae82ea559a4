// One revision of a migration chain, as its file declares it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"

namespace logbook::revision {

// The lines that Alembic's template writes into a file's documentation; people copy and forget them, so they
// are compared with the code and never obeyed. Empty: absent.
struct RevisionHeader {
    std::string revision_id, revises, create_date;
};

struct RevisionFile {
    std::filesystem::path path;
    std::string revision;
    std::vector<std::string> down_revisions;  // empty: a base
    std::vector<std::string> branch_labels;
    std::vector<std::string> depends_on;
    std::string doc;  // the documentation text, blanks at both ends left out
    RevisionHeader header;
    uint32_t revision_line = 0, down_revision_line = 0;  // where the code says so
    std::optional<WallTime> written;                     // when it was last; absent: not asked
    // Of plain SQL (sql_revision.h), not of Python: what to run, and the line of the file where that begins.
    bool native = false;
    std::string script;
    uint32_t script_line = 0;

    LOGBOOK_EXPORT std::string title() const;  // the documentation's first paragraph
};

constexpr size_t longest_revision_file = size_t(4) << 20;  // bytes

// The bytes of the Python file `path`, which is not opened. Fails with `invalid`, the file and the line for
// what Python or Alembic would refuse, with `unsupported` for what only running it would tell.
LOGBOOK_EXPORT Result<RevisionFile> read_revision_file(const std::filesystem::path& path,
                                                       std::string_view bytes);

}  // namespace logbook::revision
