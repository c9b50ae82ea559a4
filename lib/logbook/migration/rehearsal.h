// An upgrade run on a copy of the structure, revision by revision, and what each really changed.
#pragma once

#include <functional>
#include <optional>

#include "logbook/migration/alembic_run.h"
#include "logbook/migration/alembic_words.h"
#include "logbook/migration/schema_change.h"
#include "logbook/migration/scratch_schema.h"
#include "logbook/revision/revision_map.h"

namespace logbook::migration {

struct RehearsedStep {
    revision::RevisionIndex revision = 0;
    std::vector<SchemaChange> changes;
};

struct Rehearsal {
    std::vector<RehearsedStep> steps;  // that went through, in their order
    // The one that failed, what was said of it, and what it had changed before.
    std::optional<RehearsedStep> failed;
    AlembicFailure failure;
};

struct RehearsalOrder {
    ScratchSchema& scratch;
    const revision::RevisionMap& map;
    std::vector<revision::RevisionIndex> path;
    const Alembic* alembic = nullptr;  // nullptr: a chain of plain SQL
    std::function<void(size_t done)> progress{};
    std::function<bool()> stopped{};  // asked several times a second
};

// Before anything is run, Alembic has to prove that it looks at the copy and at nothing else. Fails with
// `unsupported` where it does not, with `timeout`, and with `interrupted`.
LOGBOOK_EXPORT Result<Rehearsal> rehearse(const RehearsalOrder& order, Deadline deadline);

}  // namespace logbook::migration
