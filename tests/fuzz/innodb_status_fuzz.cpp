// Any report of InnoDB: what is read of it stands in it.
#include "logbook/instrument/innodb_status.h"

#include "logbook/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace logbook;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const instrument::InnodbStatus status = instrument::parse_innodb_status(text);
    if (!status.last_deadlock) return 0;
    for (const instrument::DeadlockSide& side : status.last_deadlock->sides)
        if (!contains(text, side.user) || !contains(text, side.mode) || side.statement.size() > 2 * size + 2)
            __builtin_trap();
    return 0;
}
