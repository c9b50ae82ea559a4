// Error bodies: `{"detail": …, "code": "LB-…"}`.
#pragma once

#include <string_view>
#include <vector>

#include "logbook/api/message.h"
#include "logbook/api/schema.h"

namespace logbook::api {

// Without a code it becomes LB-API-<status>.
LOGBOOK_EXPORT Reply error_reply(int status, const Json& detail, std::string_view code = {});

// 422: `[{"field", "message"}]`.
LOGBOOK_EXPORT Reply invalid_reply(const std::vector<FieldError>& errors);

// 401, with `WWW-Authenticate: Bearer`. LB-AUTH-001: nothing was sent; LB-AUTH-002: it is not valid.
LOGBOOK_EXPORT Reply unauthorized_reply(std::string_view code);

}  // namespace logbook::api
