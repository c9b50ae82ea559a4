// Ending one connection, or one statement: whether it may be done, and doing it.
#pragma once

#include "logbook/instrument/lock_reading.h"

namespace logbook::instrument {

enum class KillScope { connection, statement };

// What is known of a victim and of who must not be one.
struct KillScene {
    ProcessList list;
    std::optional<uint64_t> migration_lock_holder;
    bool holder_unknown = false;  // the server did not tell: then nobody may be killed

    const Process* victim(uint64_t id) const { return list.find(id); }
};
LOGBOOK_EXPORT Result<KillScene> read_kill_scene(net::SqlSession& session, Deadline deadline);

// Why it must not be: `not_found` (no such connection, or not to be seen), `conflict` (it is being ended
// already, or has nothing to end), `declined` (this very connection, a thread of the server, replication, the
// holder of the migration lock). Pure.
LOGBOOK_EXPORT std::optional<Error> refuse_kill(const KillScene& scene, uint64_t id, KillScope scope);

// What the end costs, one sentence each. Pure.
LOGBOOK_EXPORT std::vector<std::string> costs_of_kill(const Process& victim, KillScope scope);

enum class KillOutcome {
    ended,            // it is gone, or its statement has ended
    ended_by_itself,  // before KILL arrived
    undoing,          // the server undoes its transaction, and goes on with that
    still_there,      // it was told, and has not ended yet
};
LOGBOOK_EXPORT std::string_view name_of(KillOutcome outcome);

// Reads the scene once more, refuses as above, also when the connection is not the one that was shown, then
// sends KILL and looks until it has ended, for a part of `deadline` that leaves time to say so.
LOGBOOK_EXPORT Result<KillOutcome> kill(net::SqlSession& session, const Process& shown, KillScope scope,
                                        const Clock& clock, Deadline deadline);

}  // namespace logbook::instrument
