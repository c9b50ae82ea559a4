// The double-submitted cookie.
#include "logbook/api/steps/csrf.h"

#include "logbook/api/cookies.h"
#include "logbook/api/errors.h"
#include "logbook/api/route.h"
#include "logbook/crypto/mac.h"

namespace logbook::api {
namespace {

// Counts one that was sent twice, too: an attacker who could add a cookie must not switch this off.
bool sends_cookie(const Headers& headers, std::string_view name) {
    for (const auto& [field, value] : headers.fields())
        if ((field.size() == 6 && (field[0] == 'c' || field[0] == 'C')) &&
            value.find(name) != std::string::npos)
            return true;
    return false;
}

}  // namespace

Step csrf() {
    return {"csrf", [](Call& call, const Next& next) -> Reply {
                const Request& request = call.request;
                const bool reads =
                    request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
                if (reads || !call.route) return next(call);
                if (sends_cookie(request.headers, "csrf_token=")) {
                    const auto token = cookie(request.headers, "csrf_token");
                    const auto repeated = request.headers.get("X-CSRF-Token");
                    const bool same = token && !token->empty() && repeated &&
                                      crypto::equal_in_constant_time(*token, *repeated);
                    return same ? next(call) : error_reply(403, "Invalid CSRF token", "LB-AUTH-009");
                }
                if (call.route->policy.asks_for_sign_in() && sends_cookie(request.headers, "access_token="))
                    return error_reply(403, "Missing CSRF token", "LB-AUTH-008");
                return next(call);
            }};
}

}  // namespace logbook::api
