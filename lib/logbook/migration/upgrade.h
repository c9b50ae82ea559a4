// An upgrade carried out: one revision after another, each told when it begins, and what is known of the one
// that did not end.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "logbook/migration/alembic_run.h"
#include "logbook/migration/alembic_words.h"
#include "logbook/migration/migration_lock.h"
#include "logbook/migration/schema_change.h"
#include "logbook/revision/revision_map.h"

namespace logbook::migration {

// Each may be empty.
struct UpgradeObserver {
    // `number` counts from 1. An Alembic that runs more than was foreseen gives ids that the chain may lack.
    std::function<void(size_t number, const std::string& revision, const std::string& title)> began;
    std::function<void()> tick;  // several times a second
    std::function<void(const std::string&)> warned;
};

// What is referred to must outlive the run.
struct UpgradeOrder {
    const revision::RevisionMap& chain;
    std::vector<revision::RevisionIndex> pending;  // in their order; the last one is the target. Not empty
    std::vector<std::string> rows;                 // of alembic_version now
    MigrationLock& lock;
    const net::SqlConnector& sql;
    net::SqlEndpoint database;
    const Clock& clock;
    std::filesystem::path journal;  // see upgrade_journal.h; its folder is there
    UpgradeObserver observer{};
    // The text of a revision's file; a failure where it cannot be read. May be empty.
    std::function<Result<std::string>(const revision::RevisionFile&)> source{};
    // What a server or Alembic said, without secrets: for what is written down. May be empty.
    std::function<std::string(std::string_view)> mask{};
    std::function<bool()> interrupted{};  // true ends it in the middle of a revision; may be empty
};

enum class UpgradeEnding { done, failed, interrupted, out_of_time };
LOGBOOK_EXPORT std::string_view name_of(UpgradeEnding ending);  // "out_of_time"

struct UpgradeReport {
    UpgradeEnding ending = UpgradeEnding::failed;
    size_t begun = 0;                              // revisions
    std::optional<std::vector<std::string>> rows;  // of alembic_version at the end; nothing: not known
    std::string revision;                          // that had begun and is not recorded as done; may be empty
    AlembicFailure failure;                        // of `failed`
    std::vector<std::string> last_lines;           // of Alembic, where it said more
    // What is different in the schema since `since` began; nothing: it could not be read. `named`: only what
    // the file of `revision` names, since others were done meanwhile, too.
    std::optional<std::vector<SchemaChange>> changes;
    std::string since;
    bool named = false;
    // Of a revision in plain SQL: its statements that were carried out, of how many.
    std::optional<size_t> statements_done, statements;
    size_t statement_line = 0;  // of the file, of the one that failed
};

// By Alembic. The caller holds every gate; the rows are read again at the end, and `done` means that the
// target is among them: alone, but for the heads of other branches.
LOGBOOK_EXPORT UpgradeReport run_upgrade(const UpgradeOrder& order, const Alembic& alembic,
                                         Deadline deadline);

// A chain in plain SQL: through a session of our own, alembic_version moved with each revision.
LOGBOOK_EXPORT UpgradeReport run_native_upgrade(const UpgradeOrder& order, Deadline deadline);

}  // namespace logbook::migration
