// Which other origins' pages may call us (Fetch standard, "CORS protocol").
#pragma once

#include <string>
#include <vector>

#include "logbook/api/step.h"

namespace logbook::api {

// Listed origins may, with credentials; a preflight is answered here. `*` is never allowed together with
// credentials: it counts as no origin.
LOGBOOK_EXPORT Step cors(std::vector<std::string> origins);

}  // namespace logbook::api
