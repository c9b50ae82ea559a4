// The list.
#include "logbook/backend/routes.h"

namespace logbook::backend {

std::vector<api::Route> health_routes(const Backend& backend) {
    return {health_route(backend), health_db_route(backend), health_redis_route(backend)};
}

std::vector<api::Route> all_routes(const Backend& backend, std::vector<api::Route> own) {
    std::vector<api::Route> routes = health_routes(backend);
    for (api::Route& route : std::vector<api::Route>{
             auth_login_route(backend),
             auth_refresh_route(backend),
             auth_logout_route(backend),
             auth_me_route(backend),
             auth_check_route(backend),
             auth_session_settings_route(backend),
             auth_change_password_route(backend),
             users_list_route(backend),
             users_create_route(backend),
             users_list_with_roles_route(backend),
             users_get_with_roles_route(backend),
             users_delete_route(backend),
             users_update_profile_route(backend),
             users_update_contact_info_route(backend),
             users_roles_get_route(backend),
             users_roles_set_route(backend),
             users_roles_add_route(backend),
             users_roles_remove_route(backend),
             roles_list_route(backend),
             roles_create_route(backend),
             roles_permissions_route(),
             roles_my_permissions_route(backend),
             roles_get_route(backend),
             roles_update_route(backend),
             roles_delete_route(backend),
             errors_codes_route(),
             inventory_items_list_route(backend),
             inventory_items_create_route(backend),
             inventory_items_get_route(backend),
             inventory_items_update_route(backend),
             inventory_items_retire_route(backend),
             inventory_lookup_route(backend),
         })
        routes.push_back(std::move(route));
    for (api::Route& route : own) routes.push_back(std::move(route));
    if (backend.rules.documentation) {
        api::Route openapi = openapi_route(routes);
        routes.push_back(std::move(openapi));
        routes.push_back(docs_route());
        routes.push_back(redoc_route());
        routes.push_back(docs_assets_route());
    }
    return routes;
}

}  // namespace logbook::backend
