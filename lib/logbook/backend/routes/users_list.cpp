// GET /users: the directory.
#include "logbook/backend/member_view.h"
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route users_list_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/users", "All members, by last and first name",
                     api::Policy::any_of({"users.view", "members.view", "members.manage"}));
    route.tag = "users";
    route.replies = {{200, "the members; e-mail and phones only where the organization shows them",
                      api::list_schema(directory_line_schema())}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        auto done = backend.database.read([&](Connection& database) -> Result<api::Reply> {
            const std::string& organization = call.principal->organization;
            const auto visible = contact_visibility(database, organization);
            if (!visible) return fail(visible.error());
            const auto members = list_directory(database, organization);
            if (!members) return fail(members.error());
            Json::Array list;
            list.reserve(members->size());
            for (size_t i = 0; i < members->size(); ++i)
                list.push_back(directory_line(*members, i, *visible));
            return api::json_reply(200, Json(std::move(list)));
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
