// The answer to a value that another row of the organization has already.
#pragma once

#include <string_view>

#include "logbook/api/message.h"

namespace logbook::backend {

// 409: `{"detail": {"field", "message"}, "code": "LB-API-409"}`. The application answers 400 here; its
// runbook says 409.
api::Reply duplicate_reply(std::string_view field, std::string_view message);

}  // namespace logbook::backend
