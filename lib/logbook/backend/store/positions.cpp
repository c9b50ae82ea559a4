// Statements on positions and user_positions.
#include "logbook/backend/store/positions.h"

namespace logbook::backend {
namespace {

std::vector<Role> read_roles(const Rows& rows) {
    std::vector<Role> roles;
    roles.reserve(rows.size());
    for (size_t i = 0; i < rows.size(); ++i)
        roles.push_back({rows.text(i, "id"), rows.text(i, "name"), rows.text(i, "slug"),
                         rows.at(i, "description"), permission_names(rows.at(i, "permissions")),
                         rows.flag(i, "is_system"), rows.number(i, "priority")});
    return roles;
}

}  // namespace

Json role_json(const Role& role) {
    return Json::object({{"id", role.id},
                         {"name", role.name},
                         {"slug", role.slug},
                         {"description", role.description ? Json(*role.description) : Json()},
                         {"permissions", Json::array(role.permissions)},
                         {"is_system", role.is_system},
                         {"priority", role.priority}});
}

std::vector<std::string> permission_names(const net::SqlValue& column) {
    std::vector<std::string> names;
    const auto json = column ? parse_json(*column) : Result<Json>(Json());
    if (!json || !json->as_array()) return names;
    for (const Json& item : *json->as_array())
        if (const std::string* name = item.as_string()) names.push_back(*name);
    return names;
}

Result<std::vector<Role>> list_roles(Connection& database, const std::string& organization) {
    auto found = database.run("SELECT id, name, slug, description, permissions, is_system, priority "
                              "FROM positions WHERE organization_id = ? ORDER BY priority DESC, name, id",
                              {organization});
    if (!found) return fail(found.error());
    return read_roles(Rows(std::move(found->rows)));
}

Result<std::vector<Role>> roles_of(Connection& database, const std::string& organization,
                                   const std::string& user) {
    auto found =
        database.run("SELECT p.id, p.name, p.slug, p.description, p.permissions, p.is_system, p.priority "
                     "FROM user_positions up JOIN positions p ON p.id = up.position_id "
                     "WHERE up.user_id = ? AND p.organization_id = ? ORDER BY p.priority DESC, p.name, p.id",
                     {user, organization});
    if (!found) return fail(found.error());
    return read_roles(Rows(std::move(found->rows)));
}

Result<std::unordered_map<std::string, std::vector<std::string>>>
role_ids_by_user(Connection& database, const std::string& organization) {
    auto found = database.run(
        "SELECT up.user_id, up.position_id FROM positions p JOIN user_positions up ON up.position_id = p.id "
        "WHERE p.organization_id = ? ORDER BY p.priority DESC, p.name, p.id",
        {organization});
    if (!found) return fail(found.error());
    const Rows rows(std::move(found->rows));
    std::unordered_map<std::string, std::vector<std::string>> held;
    for (size_t i = 0; i < rows.size(); ++i)
        held[rows.text(i, "user_id")].push_back(rows.text(i, "position_id"));
    return held;
}

Status assign_role(Connection& database, const std::string& user, const std::string& role,
                   const std::string& by, WallTime now) {
    const auto done = database.run(
        "INSERT INTO user_positions (user_id, position_id, assigned_at, assigned_by) VALUES (?, ?, ?, ?)",
        {user, role, to_sql(now), by});
    if (!done) return fail(done.error());
    return {};
}

Status take_role(Connection& database, const std::string& user, const std::string& role) {
    const auto done =
        database.run("DELETE FROM user_positions WHERE user_id = ? AND position_id = ?", {user, role});
    if (!done) return fail(done.error());
    return {};
}

}  // namespace logbook::backend
