// Positions, which the API calls roles: what they are called, what they allow, and who holds them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "logbook/backend/database.h"
#include "logbook/backend/sql_values.h"

namespace logbook::backend {

struct Role {
    std::string id, name, slug;
    net::SqlValue description;
    std::vector<std::string> permissions;
    bool is_system = false;
    int64_t priority = 0;
};

// {"id", "name", "slug", "description", "permissions", "is_system", "priority"}. Pure.
Json role_json(const Role& role);

// The texts of a `permissions` column; none where it is NULL or something else. Pure.
std::vector<std::string> permission_names(const net::SqlValue& column);

// All of the organization, in the order of the API: priority downwards, then name. One statement.
Result<std::vector<Role>> list_roles(Connection& database, const std::string& organization);

// Those that one member holds, in that order. One statement.
Result<std::vector<Role>> roles_of(Connection& database, const std::string& organization,
                                   const std::string& user);

// Which roles' ids each member of the organization holds. One statement, however many members there are.
Result<std::unordered_map<std::string, std::vector<std::string>>>
role_ids_by_user(Connection& database, const std::string& organization);

// One statement each. The caller has looked at both organizations.
Status assign_role(Connection& database, const std::string& user, const std::string& role,
                   const std::string& by, WallTime now);
Status take_role(Connection& database, const std::string& user, const std::string& role);

}  // namespace logbook::backend
