// Members as JSON, and what of it somebody else may see.
#pragma once

#include <vector>

#include "logbook/api/policy.h"
#include "logbook/api/schema.h"
#include "logbook/backend/sql_values.h"
#include "logbook/backend/store/members.h"
#include "logbook/backend/store/positions.h"

namespace logbook::backend {

// One line of GET /users: its platoon and compliance_exempt are always null and false there.
Json directory_line(const Rows& members, size_t row, const ContactVisibility& visible);

// What each of these answers is, for the document.
api::Schema directory_line_schema();
api::Schema member_schema();
api::Schema profile_schema();
api::Schema member_roles_schema();

// Whoever may manage members, and the member himself, sees everything. Others see what the organization lets
// them of e-mail, phone and mobile, and never the private address, date of birth or emergency contacts, which
// belong to people who are no members.
struct Viewer {
    bool sees_all = false;
    bool sees_account = false;  // sign-in, MFA, and what roles allow: with users.view
    ContactVisibility visible{};
};
Viewer viewer_of(const api::Principal& principal, const std::string& member,
                 const ContactVisibility& visible);

// What create and the lists with roles answer.
Json member_json(const Rows& members, size_t row, const std::vector<Role>& roles, const Viewer& viewer);
// The same and notification_preferences: one member's page.
Json profile_json(const Rows& members, size_t row, const std::vector<Role>& roles, const Viewer& viewer);

// {"user_id", "username", "full_name", "roles"}.
Json member_roles_json(const Rows& members, size_t row, const std::vector<Role>& roles);

}  // namespace logbook::backend
