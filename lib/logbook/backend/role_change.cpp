// Deciding, checking, writing.
#include "logbook/backend/role_change.h"

#include <algorithm>

#include "logbook/backend/administrators.h"
#include "logbook/backend/call_audit.h"

namespace logbook::backend {
namespace {

bool holds(const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

api::Reply change_roles(const Backend& backend, const api::Call& call, const NewRoles& decide,
                        std::string_view action) {
    const api::Principal& principal = *call.principal;
    const std::string user(call.param("user_id"));
    const WallTime now = whole_seconds(backend.clock.wall());
    auto done = backend.database.write([&](Transaction& database) -> Result<api::Reply> {
        const Status locked = lock_organization(database, principal.organization);
        if (!locked) return fail(locked.error());
        const auto member = load_member(database, principal.organization, user);
        if (!member) return fail(member.error());
        if (member->empty()) return no_such_user();
        const auto all = list_roles(database, principal.organization);
        if (!all) return fail(all.error());
        const auto own = roles_of(database, principal.organization, user);
        if (!own) return fail(own.error());
        std::vector<std::string> held;
        for (const Role& role : *own) held.push_back(role.id);
        const auto wanted = decide(*all, held);
        if (!wanted) return wanted.error();

        bool loses = false;
        for (const Role& role : *all) {
            const bool before = holds(held, role.id), after = holds(*wanted, role.id);
            if (before == after) continue;
            if (after && !principal.permissions.covers(role.permissions))
                return beyond_own_permissions("role");
            loses = loses || before;
            const Status changed = after ? assign_role(database, user, role.id, principal.user, now)
                                         : take_role(database, user, role.id);
            if (!changed) return fail(changed.error());
        }
        if (loses) {
            const auto remains = has_administrator(database, principal.organization);
            if (!remains) return fail(remains.error());
            if (!*remains) return last_administrator_reply();
        }
        AuditEvent event = event_of(call, backend.rules, "user_role_assigned", "user_management");
        event.data =
            Json::object({{"target_user_id", user}, {"role_ids", Json::array(*wanted)}, {"action", action}});
        database.audit(std::move(event));
        return member_roles_reply(database, principal, user);
    });
    return done ? std::move(*done) : database_failure(done.error());
}

}  // namespace logbook::backend
