// Counting those who may manage members.
#include "logbook/backend/administrators.h"

#include "logbook/api/errors.h"
#include "logbook/api/permissions.h"
#include "logbook/backend/ranks.h"
#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/positions.h"

namespace logbook::backend {
namespace {

constexpr std::string_view manage = "members.manage";

bool allows_it(const std::vector<std::string>& permissions) {
    return api::Permissions(permissions).has(manage);
}

}  // namespace

Status lock_organization(Transaction& database, const std::string& organization) {
    const auto locked = database.run("SELECT id FROM organizations WHERE id = ? FOR UPDATE", {organization});
    if (!locked) return fail(locked.error());
    return {};
}

Result<bool> has_administrator(Connection& database, const std::string& organization) {
    const auto roles = list_roles(database, organization);
    if (!roles) return fail(roles.error());
    std::set<std::string> managing;
    for (const Role& role : *roles)
        if (allows_it(role.permissions)) managing.insert(role.id);
    const auto held = role_ids_by_user(database, organization);
    if (!held) return fail(held.error());
    auto found = database.run("SELECT id, `rank` FROM users WHERE organization_id = ? AND status = 'active' "
                              "AND deleted_at IS NULL",
                              {organization});
    if (!found) return fail(found.error());
    const Rows members(std::move(found->rows));
    for (size_t i = 0; i < members.size(); ++i) {
        if (allows_it(rank_permissions(members.text(i, "rank")))) return true;
        const auto ids = held->find(members.text(i, "id"));
        if (ids == held->end()) continue;
        for (const std::string& id : ids->second)
            if (managing.count(id) != 0) return true;
    }
    return false;
}

api::Reply last_administrator_reply() {
    return api::error_reply(400, "This change would leave the organization without an active administrator");
}

}  // namespace logbook::backend
