// What a running upgrade writes down, so that the next run can tell how far one came that was killed: two
// files, the revision that runs, and the schema as it was when one of them began.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/json.h"
#include "logbook/migration/schema_snapshot.h"

namespace logbook::migration {

struct UpgradeJournal {
    std::string database;
    WallTime begun;
    std::string target;
    std::string running;  // the revision that had begun last; empty: none
    std::string since;    // the one at whose beginning `before` was read
    std::string said;     // why it failed; empty: it was cut off
    std::optional<std::vector<std::string>>
        rows;  // of alembic_version when it failed; nothing: it was cut off
    // What was left of `running` in the schema when it failed, in words; nothing: it was cut off.
    std::optional<std::vector<std::string>> left;
    std::optional<SchemaSnapshot> before;
};

// `path` is the first file; the second one stands beside it. 0600, each replaced as a whole.
LOGBOOK_EXPORT Status write_journal(const std::filesystem::path& path, const UpgradeJournal& journal);
// The second file, which is large, alone.
Status write_journal_schema(const std::filesystem::path& path, const std::string& since,
                            const SchemaSnapshot& before);
// Nothing where there is none. Fails where it is there and cannot be read.
LOGBOOK_EXPORT Result<std::optional<UpgradeJournal>> read_journal(const std::filesystem::path& path);
LOGBOOK_EXPORT void remove_journal(const std::filesystem::path& path);

// A snapshot without its sizes. Pure; read_snapshot() takes any JSON at all, and fails with `protocol`.
LOGBOOK_EXPORT Json to_json(const SchemaSnapshot& snapshot);
LOGBOOK_EXPORT Result<SchemaSnapshot> read_snapshot(const Json& json);

}  // namespace logbook::migration
