// Path, query and body held against the route's description, before the route is asked.
#pragma once

#include "logbook/api/step.h"

namespace logbook::api {

// What does not fit is a 422 that names every field: `path.item_id`, `query.limit`, a body's field bare, as
// the application has it; text that is no JSON at all names the byte.
LOGBOOK_EXPORT Step read_input();

}  // namespace logbook::api
