// GET /users/with-roles: every member with the roles that he holds, in a number of statements that does not
// grow.
#include <unordered_map>

#include "logbook/backend/member_view.h"
#include "logbook/backend/routes.h"

namespace logbook::backend {

api::Route users_list_with_roles_route(const Backend& backend) {
    api::Route route("GET", "/api/v1/users/with-roles", "All members with their roles",
                     api::Policy::any_of({"users.view", "members.manage"}));
    route.tag = "users";
    route.replies = {{200, "the members; private data only for who may manage members",
                      api::list_schema(member_schema())}};
    route.handle = [backend](const api::Call& call) -> api::Reply {
        auto done = backend.database.read([&](Connection& database) -> Result<api::Reply> {
            const std::string& organization = call.principal->organization;
            const auto visible = contact_visibility(database, organization);
            if (!visible) return fail(visible.error());
            const auto members = list_members(database, organization);
            if (!members) return fail(members.error());
            const auto roles = list_roles(database, organization);
            if (!roles) return fail(roles.error());
            const auto held = role_ids_by_user(database, organization);
            if (!held) return fail(held.error());

            std::unordered_map<std::string, const Role*> by_id;
            for (const Role& role : *roles) by_id[role.id] = &role;
            Json::Array list;
            for (size_t i = 0; i < members->size(); ++i) {
                const std::string id = members->text(i, "id");
                std::vector<Role> own;
                if (const auto ids = held->find(id); ids != held->end())
                    for (const std::string& role : ids->second)
                        if (const auto found = by_id.find(role); found != by_id.end())
                            own.push_back(*found->second);
                list.push_back(member_json(*members, i, own, viewer_of(*call.principal, id, *visible)));
            }
            return api::json_reply(200, Json(std::move(list)));
        });
        return done ? std::move(*done) : database_failure(done.error());
    };
    return route;
}

}  // namespace logbook::backend
