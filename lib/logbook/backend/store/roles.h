// Roles as their own pages show them. Every statement names the organization.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/backend/database.h"
#include "logbook/backend/store/positions.h"

namespace logbook::backend {

struct RolePage {
    Role role;
    Json body;  // everything that the API answers of it
};

// In the order of the API, each with the number of its holders that are not deleted. One statement.
Result<std::vector<RolePage>> list_role_pages(Connection& database, const std::string& organization);
// Nothing: it is not there, or another organization's.
Result<std::optional<RolePage>> find_role_page(Connection& database, const std::string& organization,
                                               const std::string& id);

// A slug that no role of the organization has: the name lowered, runs of other signs one `_`, and `_2`, `_3`,
// … where it is taken. The organization must be locked.
Result<std::string> free_role_slug(Transaction& database, const std::string& organization,
                                   std::string_view name);
// Without looking whether it is taken. Pure.
std::string role_slug(std::string_view name);

Status insert_role(Transaction& database, const std::string& organization, const Role& role, WallTime now);
// Name, description, permissions and priority.
Status update_role(Transaction& database, const std::string& organization, const Role& role, WallTime now);
// And takes it from all who hold it.
Status delete_role(Transaction& database, const std::string& organization, const std::string& id);

}  // namespace logbook::backend
