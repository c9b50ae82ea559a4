// What the server tells about locks that somebody waits for: rows of InnoDB, and metadata locks of tables,
// schemas and the whole server. Read-only.
#pragma once

#include "logbook/instrument/process_list.h"

namespace logbook::instrument {

enum class LockKind { row, metadata };
LOGBOOK_EXPORT std::string_view name_of(LockKind kind);

// One connection waits for another one's row lock.
struct RowWait {
    uint64_t waiter = 0, blocker = 0;  // blocker 0: a transaction without a connection (XA, prepared)
    std::string table;                 // "the_logbook.inventory_items"
    std::string index;
    std::string mode, blocker_mode;  // "X", "S,REC_NOT_GAP"
    Millis waited{0};
    bool queued = false;    // the blocker's own lock is not granted yet either
    bool inferred = false;  // one of several that may hold it
};

// A metadata lock that is held, or waited for.
struct MetadataLock {
    uint64_t owner = 0;  // connection
    std::string type;    // "TABLE", "SCHEMA", "GLOBAL", "BACKUP", "USER LEVEL LOCK"
    std::string object;  // "the_logbook.users", "the_logbook"; empty for the whole server
    std::string mode;    // "SHARED_READ", "EXCLUSIVE"
    bool granted = false;
};

// How the holders of metadata locks were found.
enum class MetadataSource { performance_schema, plugin, none };

struct LockReading {
    ProcessList list;
    std::vector<RowWait> row_waits;
    std::vector<MetadataLock>
        metadata;  // of objects that somebody waits for; with `plugin`, all granted ones
    MetadataSource metadata_source = MetadataSource::none;
    std::optional<uint64_t> migration_lock_holder;
    std::vector<std::string> missing;  // what could not be told, and what that would take
    size_t statements = 0;

    bool cut = false;  // more waits than were read
};

// Whether it waits for a metadata lock, a lock of the whole server, or a named lock. Pure.
LOGBOOK_EXPORT bool waits_for_metadata(const Process& process);

// The connections first, then what they wait for. Fails only where not even the connections can be listed.
LOGBOOK_EXPORT Result<LockReading> read_locks(net::SqlSession& session, Deadline deadline);

}  // namespace logbook::instrument
