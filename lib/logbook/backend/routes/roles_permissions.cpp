// GET /roles/permissions: what a role may be given.
#include "logbook/api/errors.h"
#include "logbook/backend/permission_catalogue.h"
#include "logbook/backend/role_route.h"

namespace logbook::backend {

api::Route roles_permissions_route() {
    api::Route route("GET", "/api/v1/roles/permissions", "Every permission that a role may be given",
                     api::Policy::any_of({"positions.view", "roles.view"}));
    route.tag = "roles";
    route.replies = {
        {200, "the permissions",
         api::list_schema(api::object_schema("Permission", {{"name", api::text_schema(), true},
                                                            {"description", api::text_schema(), true},
                                                            {"category", api::text_schema(), true}}))}};
    route.handle = [](const api::Call&) {
        Json::Array list;
        for (const PermissionEntry& entry : permission_catalogue())
            list.push_back(Json::object(
                {{"name", entry.name}, {"description", entry.description}, {"category", entry.category}}));
        return api::json_reply(200, Json(std::move(list)));
    };
    return route;
}

}  // namespace logbook::backend
