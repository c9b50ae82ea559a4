// What SHOW ENGINE INNODB STATUS says of the last deadlock and of old row versions. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::instrument {

// One side of a deadlock. Texts are a stranger's bytes.
struct DeadlockSide {
    uint64_t connection = 0;
    std::string user, address;
    std::string statement;     // as it was sent; the server cuts it
    std::string table, index;  // that it waited for: "station.items", "PRIMARY"
    std::string mode;          // "X", "S"
};

struct Deadlock {
    std::string when;  // "2026-11-30 21:06:18", in the server's zone
    std::vector<DeadlockSide> sides;
    size_t victim = 0;  // counted from 1; 0: not told
};

struct InnodbStatus {
    std::optional<uint64_t> history_length;
    std::optional<Deadlock> last_deadlock;
};

// Any bytes are taken; what is not found is absent.
LOGBOOK_EXPORT InnodbStatus parse_innodb_status(std::string_view text);

}  // namespace logbook::instrument
