// The one right row put into alembic_version: the way out of the wipe trap, and only with proof.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "logbook/migration/revision_objects.h"
#include "logbook/migration/start_proof.h"
#include "logbook/migration/upgrade_journal.h"
#include "logbook/migration/wipe_verdict.h"
#include "logbook/revision/revision_map.h"

namespace logbook::migration {

struct RecordProof {
    std::string name;  // "log", "head", "schema", "upgrade"
    bool proved = false;
    std::string says;  // one sentence, either way
};

struct RecordFacts {
    const revision::RevisionMap& code;
    revision::RevisionIndex revision = 0;
    StartProof start;
    std::optional<WallTime> started;  // of the backend's container; nothing: none has started
    std::string code_is;              // "the container intranet-backend"
    bool code_runs = false;           // it is the code that this container runs, not a newer one
    const SchemaSnapshot& schema;
    // The text of a revision's file.
    std::function<Result<std::string>(const revision::RevisionFile&)> source;
    std::optional<UpgradeJournal> journal;  // of this database
};

// Each proof that is asked for: the log of the last start, the unchanged single head, the schema, and no
// upgrade that failed.
LOGBOOK_EXPORT std::vector<RecordProof> prove_revision(const RecordFacts& facts);

// Makes the table where it is missing, and that row its only one, in one transaction. Fails with `conflict`
// where the rows are no longer those of `expected`.
LOGBOOK_EXPORT Status record_revision(net::SqlSession& session, const std::string& revision,
                                      const std::optional<std::vector<std::string>>& expected,
                                      Deadline deadline);

}  // namespace logbook::migration
