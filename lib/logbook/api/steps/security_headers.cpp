// An API answers data: nothing of it is to be framed, sniffed, or to load anything.
#include "logbook/api/steps/security_headers.h"

namespace logbook::api {

Step security_headers() {
    return {"security_headers", [](Call& call, const Next& next) {
                call.always.set("X-Content-Type-Options", "nosniff");
                call.always.set("X-Frame-Options", "DENY");
                call.always.set("Referrer-Policy", "no-referrer");
                call.always.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
                return next(call);
            }};
}

}  // namespace logbook::api
