// What an upgrade would do, step by step and statement by statement, each judged.
#pragma once

#include <optional>

#include "logbook/migration/offline_sql.h"
#include "logbook/migration/schema_snapshot.h"
#include "logbook/migration/statement_effect.h"

namespace logbook::migration {

struct PlannedStatement {
    std::string sql;
    StatementEffect effect;
    // Of the table that it is about, by the server's estimate; nothing: the database has no such table by
    // now.
    std::optional<uint64_t> rows, bytes;
    bool made_before = false;  // an earlier statement of this plan makes that table: it is nearly empty
};

struct PlannedStep {
    revision::RevisionIndex revision = 0;
    std::optional<std::vector<PlannedStatement>> statements;  // nothing: not knowable offline
    std::string why;                                          // then: why

    // The worst of its statements; unknown where they are.
    LOGBOOK_EXPORT Effect effect() const;
};

struct UpgradePlan {
    std::vector<PlannedStep> steps;

    LOGBOOK_EXPORT size_t untold() const;  // steps that are not knowable offline
    // Steps with a statement of that effect.
    LOGBOOK_EXPORT size_t steps_that(Effect effect) const;
    // The largest existing table, by its size, that a statement of at least that effect is about; nullptr:
    // none.
    LOGBOOK_EXPORT const PlannedStatement* largest(Effect at_least) const;
};

// Alembic's own notes of its revision are left out. What cannot be taken apart into statements is not
// knowable. Pure.
LOGBOOK_EXPORT UpgradePlan make_plan(const std::vector<OfflineStep>& steps, const SchemaSnapshot& schema,
                                     const SqlServer& server);

// The steps of a chain of plain SQL: all that it says itself. Pure.
LOGBOOK_EXPORT std::vector<OfflineStep> native_steps(const revision::RevisionMap& map,
                                                     const std::vector<revision::RevisionIndex>& path);

// For people: "destroys data", "locks writers out".
LOGBOOK_EXPORT std::string_view words_of(Effect effect);

}  // namespace logbook::migration
