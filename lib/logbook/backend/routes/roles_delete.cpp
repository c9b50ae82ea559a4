// DELETE /roles/{id}.
#include "logbook/api/errors.h"
#include "logbook/backend/administrators.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/role_route.h"

namespace logbook::backend {
namespace {

api::Reply remove(const Backend& backend, const api::Call& call) {
    const api::Principal& principal = *call.principal;
    const std::string id(call.param("role_id"));
    auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
        if (const Status locked = lock_organization(database, principal.organization); !locked)
            return fail(locked.error());
        const auto page = find_role_page(database, principal.organization, id);
        if (!page) return fail(page.error());
        if (!*page) return no_such_role();
        const Role& role = (*page)->role;
        if (role.is_system) return api::error_reply(403, "System roles cannot be deleted");
        if (!principal.permissions.covers(role.permissions)) return role_beyond_own_permissions();
        if (const Status gone = delete_role(database, principal.organization, id); !gone)
            return fail(gone.error());
        auto refused = refused_without_administrator(database, principal.organization);
        if (!refused) return fail(refused.error());
        if (*refused) return std::move(**refused);
        AuditEvent event = event_of(call, backend.rules, "role_deleted", "role_management");
        event.data = Json::object({{"role_id", id}, {"name", role.name}, {"slug", role.slug}});
        database.audit(std::move(event));
        api::Reply reply;
        reply.status = 204;
        return reply;
    });
    return done ? std::move(*done) : database_failure(done.error());
}

}  // namespace

api::Route roles_delete_route(const Backend& backend) {
    api::Route route("DELETE", "/api/v1/roles/{role_id}", "Delete a role, and take it from all who hold it",
                     api::Policy::any_of({"positions.delete", "roles.delete"}));
    route.tag = "roles";
    route.params = {role_id_param()};
    route.replies = {{204, "it is gone"},
                     {400, "nobody would be left who may manage members"},
                     {403, "a system role, or one that allows more than the caller may"},
                     {404, "no such role in this organization"}};
    route.handle = [backend](const api::Call& call) { return remove(backend, call); };
    return route;
}

}  // namespace logbook::backend
