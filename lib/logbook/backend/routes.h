// The written list of The Logbook's own endpoints: one file each.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "logbook/api/route.h"
#include "logbook/backend/database.h"
#include "logbook/backend/password_desk.h"
#include "logbook/backend/rate_limit.h"
#include "logbook/backend/readiness.h"
#include "logbook/backend/rules.h"

namespace logbook::backend {

// What the endpoints stand on. Everything in it must outlive the routes; all of it is thread-safe.
struct Backend {
    const Clock& clock;
    Readiness readiness;
    const Rules& rules;
    Database& database;
    RateLimiter& limiter;
    PasswordDesk& passwords;
    // One WARNING line of the log, without secrets, in the application's own words where `logs scan` knows
    // them. May be empty.
    std::function<void(std::string_view line)> warn{};
};

api::Route health_route(const Backend& backend);
api::Route health_db_route(const Backend& backend);
api::Route health_redis_route(const Backend& backend);
api::Route auth_login_route(const Backend& backend);
api::Route auth_refresh_route(const Backend& backend);
api::Route auth_logout_route(const Backend& backend);
api::Route auth_me_route(const Backend& backend);
api::Route auth_check_route(const Backend& backend);
api::Route auth_session_settings_route(const Backend& backend);
api::Route auth_change_password_route(const Backend& backend);
api::Route users_list_route(const Backend& backend);
api::Route users_create_route(const Backend& backend);
api::Route users_list_with_roles_route(const Backend& backend);
api::Route users_get_with_roles_route(const Backend& backend);
api::Route users_delete_route(const Backend& backend);
api::Route users_update_profile_route(const Backend& backend);
api::Route users_update_contact_info_route(const Backend& backend);
api::Route users_roles_get_route(const Backend& backend);
api::Route users_roles_set_route(const Backend& backend);
api::Route users_roles_add_route(const Backend& backend);
api::Route users_roles_remove_route(const Backend& backend);
api::Route roles_list_route(const Backend& backend);
api::Route roles_create_route(const Backend& backend);
api::Route roles_permissions_route();
api::Route roles_my_permissions_route(const Backend& backend);
api::Route roles_get_route(const Backend& backend);
api::Route roles_update_route(const Backend& backend);
api::Route roles_delete_route(const Backend& backend);
api::Route errors_codes_route();
api::Route inventory_items_list_route(const Backend& backend);
api::Route inventory_items_create_route(const Backend& backend);
api::Route inventory_items_get_route(const Backend& backend);
api::Route inventory_items_update_route(const Backend& backend);
api::Route inventory_items_retire_route(const Backend& backend);
api::Route inventory_lookup_route(const Backend& backend);
// Served where Rules::documentation says so.
api::Route docs_route();
api::Route redoc_route();
api::Route docs_assets_route();
api::Route openapi_route(const std::vector<api::Route>& described);

// The three of /health.
std::vector<api::Route> health_routes(const Backend& backend);
// The Logbook's, those of an embedder (`own`), and the documentation of both.
LOGBOOK_EXPORT std::vector<api::Route> all_routes(const Backend& backend, std::vector<api::Route> own = {});

// The body of one component's endpoint: {"status", "timestamp", "latency_ms", "error"?}, 200 or 503.
api::Reply component_reply(const Clock& clock, const ComponentHealth& health);
api::Schema component_schema();

}  // namespace logbook::backend
