// GET /api/v1/errors/codes: what the codes of error bodies mean.
#include "logbook/backend/error_codes.h"
#include "logbook/backend/routes.h"
#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

api::Schema reply_schema() {
    using namespace api;
    const Schema entry = object_schema("ErrorCode", {{"code", text_schema(), true},
                                                     {"category", text_schema(), true},
                                                     {"title", text_schema(), true},
                                                     {"description", text_schema(), true},
                                                     {"resolution", list_schema(text_schema()), true}});
    return object_schema("ErrorCodes", {{"codes", list_schema(entry), true}});
}

}  // namespace

api::Route errors_codes_route() {
    Json codes;
    for (const CodeEntry& entry : error_codes())
        codes.push(Json::object({{"code", entry.code},
                                 {"category", split(entry.code, '-').at(1)},
                                 {"title", entry.title},
                                 {"description", entry.description},
                                 {"resolution", Json::array({std::string(entry.resolution)})}}));
    api::Route route("GET", "/api/v1/errors/codes", "The codes of error bodies, and what helps",
                     api::Policy::signed_in());
    route.tag = "errors";
    route.replies = {{200, "All codes", reply_schema()}};
    route.handle = [body = Json::object({{"codes", codes}})](const api::Call&) {
        return api::json_reply(200, body);
    };
    return route;
}

}  // namespace logbook::backend
