// Error bodies.
#include "logbook/api/errors.h"

namespace logbook::api {

Reply error_reply(int status, const Json& detail, std::string_view code) {
    const std::string fallback = "LB-API-" + std::to_string(status);
    return json_reply(
        status, Json::object({{"detail", detail}, {"code", code.empty() ? fallback : std::string(code)}}));
}

Reply invalid_reply(const std::vector<FieldError>& errors) {
    Json::Array list;
    for (const FieldError& error : errors)
        list.push_back(Json::object({{"field", error.field}, {"message", error.message}}));
    return error_reply(422, Json(std::move(list)), "LB-VAL-001");
}

Reply unauthorized_reply(std::string_view code) {
    Reply reply = error_reply(401, "Could not validate credentials", code);
    reply.headers.set("WWW-Authenticate", "Bearer");
    return reply;
}

}  // namespace logbook::api
