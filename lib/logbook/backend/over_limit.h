// The answer to somebody who tries too often.
#pragma once

#include <optional>

#include "logbook/api/call.h"
#include "logbook/backend/routes.h"

namespace logbook::backend {

// Counts this call against the limit of its caller's address. Nothing: it may go on; else the 429 with
// Retry-After. Switched off by RATE_LIMIT_ENABLED.
std::optional<api::Reply> over_limit(const Backend& backend, const api::Call& call, const RateLimit& limit);

// The 429 for a limit that was asked already.
api::Reply too_many_reply(const Backend& backend, const RateLimit& limit, std::string_view who,
                          std::chrono::seconds wait);

}  // namespace logbook::backend
