// Gives every request a name that stands in its reply and its log line.
#pragma once

#include "logbook/api/step.h"

namespace logbook::api {

// X-Request-ID is taken over from the request when it is 1 to 64 letters, digits, `.`, `_` or `-`; else it is
// 16 random hex digits.
LOGBOOK_EXPORT Step request_id();

}  // namespace logbook::api
