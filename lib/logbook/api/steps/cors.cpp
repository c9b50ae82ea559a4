// Origins and preflights.
#include "logbook/api/steps/cors.h"

#include <algorithm>

namespace logbook::api {
namespace {

Reply preflight(bool allowed) {
    Reply reply;
    reply.status = allowed ? 200 : 400;
    reply.headers.add("Content-Type", "text/plain; charset=utf-8");
    reply.headers.add("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS");
    reply.headers.add("Access-Control-Allow-Headers",
                      "Authorization, Content-Type, X-CSRF-Token, X-Request-ID");
    reply.headers.add("Access-Control-Max-Age", "600");
    reply.body = allowed ? "OK" : "Disallowed CORS origin";
    return reply;
}

}  // namespace

Step cors(std::vector<std::string> origins) {
    return {"cors", [origins = std::move(origins)](Call& call, const Next& next) {
                const auto origin = call.request.headers.get("Origin");
                if (!origin) return next(call);
                const bool allowed =
                    *origin != "*" && std::find(origins.begin(), origins.end(), *origin) != origins.end();
                call.always.add("Vary", "Origin");
                if (allowed) {
                    call.always.set("Access-Control-Allow-Origin", *origin);
                    call.always.set("Access-Control-Allow-Credentials", "true");
                }
                if (call.request.method == "OPTIONS" &&
                    call.request.headers.get("Access-Control-Request-Method"))
                    return preflight(allowed);
                return next(call);
            }};
}

}  // namespace logbook::api
