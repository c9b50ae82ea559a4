// Error bodies.
#include "logbook/api/errors.h"

namespace logbook::api {

Reply error_reply(int status, const Json& detail, std::string_view code) {
    const std::string fallback = "LB-API-" + std::to_string(status);
    return json_reply(
        status, Json::object({{"detail", detail}, {"code", code.empty() ? fallback : std::string(code)}}));
}

}  // namespace logbook::api
