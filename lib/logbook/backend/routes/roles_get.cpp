// GET /roles/{id}.
#include "logbook/backend/role_route.h"

namespace logbook::backend {

api::Route roles_get_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/roles/{role_id}", "One role",
                     api::Policy::any_of({"positions.view", "roles.view"}));
    route.tag = "roles";
    route.params = {role_id_param()};
    route.replies = {{200, "the role", role_page_schema()}, {404, "no such role in this organization"}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        auto done = backend.database.read([&](Connection& database) -> Result<api::Reply> {
            const auto page =
                find_role_page(database, call.principal->organization, std::string(call.param("role_id")));
            if (!page) return fail(page.error());
            return *page ? api::json_reply(200, (*page)->body) : no_such_role();
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
