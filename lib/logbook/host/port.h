// Free ports, for servers that cannot choose their own.
#pragma once

#include <cstdint>

#include "logbook/base/result.h"

namespace logbook::host {

// A TCP port of 127.0.0.1 that nobody listened on a moment ago. Between this answer and the server's own bind
// another process may take it: a caller tries again then. Two calls in a row never give the same one.
LOGBOOK_EXPORT Result<uint16_t> free_loopback_port();

}  // namespace logbook::host
