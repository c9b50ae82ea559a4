// POST /roles.
#include <stdexcept>

#include "logbook/api/errors.h"
#include "logbook/backend/administrators.h"
#include "logbook/backend/call_audit.h"
#include "logbook/backend/role_route.h"
#include "logbook/crypto/random.h"

namespace logbook::backend {
namespace {

api::Reply create(const Backend& backend, const api::Call& call) {
    const api::Principal& principal = *call.principal;
    auto id = crypto::random_uuid();
    if (!id) throw std::runtime_error(id.error().what);
    Role role;
    role.id = std::move(*id);
    role.name = call.body.text("name");
    if (const Json* text = call.body.find("description"); text && text->as_string())
        role.description = *text->as_string();
    if (const Json* list = call.body.find("permissions")) role.permissions = names_of(*list);
    if (const Json* number = call.body.find("priority")) role.priority = *number->as_int();
    if (!principal.permissions.covers(role.permissions)) return role_beyond_own_permissions();

    auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
        // Two of one name must not take one slug.
        if (const Status locked = lock_organization(database, principal.organization); !locked)
            return fail(locked.error());
        auto slug = free_role_slug(database, principal.organization, role.name);
        if (!slug) return fail(slug.error());
        role.slug = std::move(*slug);
        const WallTime now = whole_seconds(backend.clock.wall());
        if (const Status made = insert_role(database, principal.organization, role, now); !made)
            return fail(made.error());
        AuditEvent event = event_of(call, backend.rules, "role_created", "role_management");
        event.data = Json::object({{"role_id", role.id},
                                   {"name", role.name},
                                   {"slug", role.slug},
                                   {"permissions", Json::array(role.permissions)}});
        database.audit(std::move(event));
        const auto page = find_role_page(database, principal.organization, role.id);
        if (!page) return fail(page.error());
        return api::json_reply(201, page->value().body);
    });
    return done ? std::move(*done) : database_failure(done.error());
}

}  // namespace

api::Route roles_create_route(const Backend& backend) {
    api::Route route("POST", "/api/v1/roles", "Make a role; its slug is made from its name",
                     api::Policy::any_of({"positions.create", "roles.create"}));
    route.tag = "roles";
    route.body = role_create_schema();
    route.replies = {{201, "the role", role_page_schema()}, {403, "it would allow more than the caller may"}};
    route.handle = [backend](const api::Call& call) { return create(backend, call); };
    return route;
}

}  // namespace logbook::backend
