// Headers that make browsers careful with what we answer.
#pragma once

#include "logbook/api/step.h"

namespace logbook::api {

LOGBOOK_EXPORT Step security_headers();

}  // namespace logbook::api
