// The tokens of a session, and the cookies that carry them: HttpOnly, and nowhere in a body.
#pragma once

#include <string>
#include <string_view>

#include "logbook/api/message.h"
#include "logbook/api/schema.h"
#include "logbook/backend/rules.h"

namespace logbook::backend {

struct TokenPair {
    std::string access, refresh;
};

// Fits the columns of sessions: a longer username is cut in its claim, which nobody relies on. Fails with
// `io` where there is no randomness.
Result<TokenPair> make_tokens(const Rules& rules, std::string_view user, std::string_view username,
                              std::string_view organization, WallTime now);

// access_token, refresh_token (for /api/v1/auth/ alone), and csrf_token, which scripts may read.
Status set_cookies(api::Reply& reply, const Rules& rules, const TokenPair& tokens);
void clear_cookies(api::Reply& reply, const Rules& rules);

// {"token_type", "expires_in"}.
Json token_body(const Rules& rules);
std::vector<api::Property> token_properties();

}  // namespace logbook::backend
