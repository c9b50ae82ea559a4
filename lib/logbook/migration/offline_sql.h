// Alembic's own offline SQL of an upgrade, revision by revision: what each would run, as far as that can be
// told without a database.
#pragma once

#include <functional>
#include <optional>

#include "logbook/migration/alembic_run.h"
#include "logbook/revision/revision_map.h"

namespace logbook::migration {

struct OfflineStep {
    revision::RevisionIndex revision = 0;
    std::optional<std::string> sql;  // nothing: not knowable offline
    std::string why;                 // then: what came in between, printable
};

// The output of `alembic upgrade A:B --sql` cut before each line that names one of `expected`, every one of
// which counts once. What stands before the first such line belongs to none. Pure.
LOGBOOK_EXPORT std::vector<OfflineStep> cut_offline_sql(std::string_view output,
                                                        const revision::RevisionMap& map,
                                                        const std::vector<revision::RevisionIndex>& expected);

struct OfflineOrder {
    const Alembic& alembic;
    const revision::RevisionMap& map;
    std::vector<revision::RevisionIndex> rows;  // where the database is
    std::vector<revision::RevisionIndex> path;  // what would run, in that order (upgrade_path)
    std::function<void(size_t done)> progress{};
    std::function<bool()> stopped{};  // asked several times a second
};

// One step for each of `path`. Alembic is called once, and once more after each revision that fails offline,
// since it stops there; the database is never asked: it is told of one that does not exist. Fails as
// Alembic::run() does, with `timeout`, and with `interrupted`.
LOGBOOK_EXPORT Result<std::vector<OfflineStep>> render_offline(const OfflineOrder& order, Deadline deadline);

}  // namespace logbook::migration
