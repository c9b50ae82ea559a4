// Authentication, then the route's policy.
#include "logbook/api/steps/authorize.h"

#include "logbook/api/errors.h"
#include "logbook/api/route.h"

namespace logbook::api {
namespace {

Reply due_first(std::string_view header, std::string_view detail, std::string_view code) {
    Reply reply = error_reply(403, detail, code);
    reply.headers.set(header, "true");
    return reply;
}

}  // namespace

Step authorize(Authenticate authenticate) {
    return {"authorize", [authenticate = std::move(authenticate)](Call& call, const Next& next) -> Reply {
                if (!call.route || !call.route->policy.asks_for_sign_in()) return next(call);
                tl::expected<Principal, Reply> who = authenticate(call);
                if (!who) return std::move(who.error());
                call.principal = std::move(*who);
                const Policy& policy = call.route->policy;
                if (!policy.open_while_forced() && call.principal->must_change_password)
                    return due_first("X-Password-Change-Required",
                                     "Password change required before continuing.", "LB-AUTH-004");
                if (!policy.open_while_forced() && call.principal->must_enroll_mfa)
                    return due_first("X-MFA-Enrollment-Required",
                                     "MFA enrollment required before continuing.", "LB-AUTH-005");
                if (!policy.allows(*call.principal, call.param(policy.self_param())))
                    return error_reply(403, "Insufficient permissions", "LB-PERM-001");
                return next(call);
            }};
}

}  // namespace logbook::api
