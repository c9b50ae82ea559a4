// Counting and refusing.
#include "logbook/backend/over_limit.h"

#include <fmt/format.h>

#include "logbook/api/errors.h"
#include "logbook/backend/client_address.h"

namespace logbook::backend {

std::optional<api::Reply> over_limit(const Backend& backend, const api::Call& call, const RateLimit& limit) {
    if (!backend.rules.limit_rates) return std::nullopt;
    const std::string address = client_address(call.request, backend.rules.trusted_proxies);
    const auto wait = backend.limiter.check(limit, address);
    if (!wait) return std::nullopt;
    return too_many_reply(backend, limit, address, *wait);
}

api::Reply too_many_reply(const Backend& backend, const RateLimit& limit, std::string_view who,
                          std::chrono::seconds wait) {
    if (backend.warn) backend.warn(fmt::format("Rate limit exceeded for key: {}:{}", limit.name, who));
    api::Reply reply = api::error_reply(429, "Too many requests. Please try again later.");
    reply.headers.set("Retry-After", std::to_string(wait.count()));
    return reply;
}

}  // namespace logbook::backend
