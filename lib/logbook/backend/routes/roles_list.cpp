// GET /roles: all of them.
#include "logbook/backend/role_route.h"

namespace logbook::backend {

api::Route roles_list_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/roles", "All roles, by priority downwards and name",
                     api::Policy::any_of({"positions.view", "roles.view"}));
    route.tag = "roles";
    route.replies = {{200, "the roles, each with the number of members who hold it",
                      api::list_schema(role_page_schema())}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        auto done = backend.database.read([&](Connection& database) -> Result<api::Reply> {
            auto pages = list_role_pages(database, call.principal->organization);
            if (!pages) return fail(pages.error());
            Json::Array list;
            for (RolePage& page : *pages) list.push_back(std::move(page.body));
            return api::json_reply(200, Json(std::move(list)));
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
