// The bytes of a reply on an HTTP/1.1 connection.
#pragma once

#include <string>

#include "logbook/api/message.h"

namespace logbook::api {

// Status line, headers and body. Framing is the writer's own: Content-Length and Connection of the reply are
// replaced. `minor` is that of the request's version (HTTP/1.0 or 1.1).
LOGBOOK_EXPORT std::string to_wire(const Reply& reply, bool keep_alive, int minor = 1);

}  // namespace logbook::api
