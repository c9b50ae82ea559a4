// The tables and columns that a revision's own text says it makes or takes away: evidence to hold against a
// schema. Nothing is run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/migration/schema_snapshot.h"
#include "logbook/revision/revision_file.h"

namespace logbook::migration {

struct SchemaObject {
    std::string table;
    std::string column;  // empty: the table itself

    friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

struct RevisionObjects {
    std::vector<SchemaObject> made, removed;
    bool empty() const { return made.empty() && removed.empty(); }
};

// Of the text of a file: in Python what stands in `def upgrade`, with `op.create_table("t"`,
// `op.add_column("t", sa.Column("c"`, their opposites, and SQL in texts; in plain SQL all of it. What is made
// and removed again, or named in another way, is not seen. Pure; a stranger's text.
LOGBOOK_EXPORT RevisionObjects objects_of(std::string_view source, bool native);

// Whether the schema has what it makes, and lacks what it removes; `missing` names the first that is
// otherwise.
LOGBOOK_EXPORT bool has_objects(const SchemaSnapshot& schema, const RevisionObjects& objects,
                                std::string& missing);

}  // namespace logbook::migration
