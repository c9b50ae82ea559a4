// PATCH /roles/{id}.
#include "logbook/api/errors.h"
#include "logbook/backend/administrators.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/role_route.h"

namespace logbook::backend {
namespace {

// What the body says, over what is there. Null leaves everything but the description as it is.
Role changed(Role role, const Json& body) {
    const auto given = [&](std::string_view key) {
        const Json* value = body.find(key);
        return value && !value->is_null() ? value : nullptr;
    };
    if (const Json* name = given("name")) role.name = *name->as_string();
    if (const Json* text = body.find("description"))
        role.description = text->as_string() ? net::SqlValue(*text->as_string()) : std::nullopt;
    if (const Json* list = given("permissions")) role.permissions = names_of(*list);
    if (const Json* number = given("priority")) role.priority = *number->as_int();
    return role;
}

api::Reply update(const Backend& backend, const api::Call& call) {
    const api::Principal& principal = *call.principal;
    const std::string id(call.param("role_id"));
    auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
        if (const Status locked = lock_organization(database, principal.organization); !locked)
            return fail(locked.error());
        const auto before = find_role_page(database, principal.organization, id);
        if (!before) return fail(before.error());
        if (!*before) return no_such_role();
        const Role& old = (*before)->role;
        const Role role = changed(old, call.body);
        if (old.is_system && (role.name != old.name || role.priority != old.priority))
            return api::error_reply(403, "Of a system role only description and permissions can be changed");
        if (!principal.permissions.covers(old.permissions) || !principal.permissions.covers(role.permissions))
            return role_beyond_own_permissions();
        const WallTime now = whole_seconds(backend.clock.wall());
        if (const Status made = update_role(database, principal.organization, role, now); !made)
            return fail(made.error());
        if (role.permissions != old.permissions) {
            auto refused = refused_without_administrator(database, principal.organization);
            if (!refused) return fail(refused.error());
            if (*refused) return std::move(**refused);
        }
        AuditEvent event = event_of(call, backend.rules, "role_updated", "role_management");
        event.data = Json::object({{"role_id", id},
                                   {"name", role.name},
                                   {"permissions", Json::array(role.permissions)},
                                   {"permissions_before", Json::array(old.permissions)}});
        database.audit(std::move(event));
        const auto page = find_role_page(database, principal.organization, id);
        if (!page) return fail(page.error());
        return api::json_reply(200, page->value().body);
    });
    return done ? std::move(*done) : database_failure(done.error());
}

}  // namespace

api::Route roles_update_route(const Backend& backend) {
    api::Route route(
        "PATCH", "/api/v1/roles/{role_id}",
        "Change a role; of a system role only its description and permissions",
        api::Policy::any_of({"positions.edit", "positions.update", "roles.edit", "roles.update"}));
    route.tag = "roles";
    route.params = {role_id_param()};
    route.body = role_update_schema();
    route.replies = {{200, "the role", role_page_schema()},
                     {400, "nobody would be left who may manage members"},
                     {403, "a system role's name, or more than the caller may"},
                     {404, "no such role in this organization"}};
    route.handle = [backend](const api::Call& call) { return update(backend, call); };
    return route;
}

}  // namespace logbook::backend
