// Sizes, as people read them.
#pragma once

#include <cstdint>
#include <string>

#include "logbook/base/export.h"

namespace logbook {

// "1.5 GiB", "312 MiB", "7.2 KiB", "12 B". Pure.
LOGBOOK_EXPORT std::string human_bytes(uint64_t bytes);

}  // namespace logbook
