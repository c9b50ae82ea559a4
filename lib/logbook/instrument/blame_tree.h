// Who blocks whom: the waits of one reading as trees, the connection that holds up the others at the root.
// Pure.
#pragma once

#include "logbook/instrument/lock_waits.h"

namespace logbook::instrument {

// A connection that blocks, or is blocked; its waiters beneath it. Each connection stands once.
struct BlameNode {
    uint64_t id = 0;
    std::optional<Wait> wait;           // for the node above; nothing at a root
    std::vector<uint64_t> also_behind;  // further blockers of the same connection
    std::vector<BlameNode> waiters;     // the longest wait first
    bool circle = false;  // it waits for one of its own waiters: a deadlock that is being solved
};

struct BlameTree {
    std::vector<BlameNode> roots;  // the one with most waiters first
    size_t waiters = 0;
    Millis longest{0};
    // They wait, and nothing tells for whom.
    std::vector<uint64_t> unexplained;
};

LOGBOOK_EXPORT BlameTree blame(const LockReading& reading);

// What may be done about a connection that blocks others.
enum class Remedy {
    kill_connection,  // it is idle: nothing but the end of its transaction will help
    kill_statement,   // it works: its statement may be ended
    wait_migration,   // it holds the migration lock
    wait_server,      // replication or a daemon
    end_prepared,     // it has no connection: a prepared transaction
    wait_solving,     // the server solves a deadlock, or undoes a transaction
};
LOGBOOK_EXPORT Remedy remedy_for(const LockReading& reading, uint64_t blocker);

}  // namespace logbook::instrument
