// Error bodies: `{"detail": …, "code": "LB-…"}`.
#pragma once

#include <string_view>

#include "logbook/api/message.h"

namespace logbook::api {

// Without a code it becomes LB-API-<status>.
LOGBOOK_EXPORT Reply error_reply(int status, const Json& detail, std::string_view code = {});

}  // namespace logbook::api
