// Who waits for whom, one connection for another. Pure.
#pragma once

#include "logbook/instrument/lock_reading.h"

namespace logbook::instrument {

// Why a connection waits for another one.
struct Wait {
    uint64_t waiter = 0, blocker = 0;
    LockKind kind = LockKind::row;
    std::string object;  // "the_logbook.users"; empty: the whole server
    std::string mode, blocker_mode;
    Millis waited{0};
    bool queued = false;    // the blocker waits for the same thing, in front of it
    bool inferred = false;  // the server does not tell: judged by state, statement and age
};

// Every wait of a reading; each pair and kind once.
LOGBOOK_EXPORT std::vector<Wait> waits_of(const LockReading& reading);

// Whether a request for a metadata lock must wait for one that is held, or one that waits in front of it.
LOGBOOK_EXPORT bool must_wait(std::string_view request, std::string_view held, bool held_is_granted);

}  // namespace logbook::instrument
