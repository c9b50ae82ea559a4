// Account, organization, positions and permissions in one object.
#include "logbook/backend/current_user.h"

#include "logbook/backend/principal.h"
#include "logbook/backend/sql_values.h"
#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

bool is_expired(const Rules& rules, std::optional<WallTime> changed, WallTime now) {
    return rules.password_max_age.count() > 0 && changed && now - *changed > rules.password_max_age;
}

}  // namespace

api::Schema current_user_schema() {
    const api::Schema text = api::text_schema(), unsure = api::nullable(text), yes = api::boolean_schema();
    const api::Schema id = api::uuid_schema(), names = api::list_schema(text);
    return api::object_schema("CurrentUser", {{"id", id, true},
                                              {"username", text, true},
                                              {"email", unsure, true},
                                              {"first_name", unsure, true},
                                              {"last_name", unsure, true},
                                              {"full_name", text, true},
                                              {"organization_id", id, true},
                                              {"timezone", unsure, true},
                                              {"roles", names, true},
                                              {"positions", names, true},
                                              {"rank", unsure, true},
                                              {"platoon", unsure, true},
                                              {"membership_type", unsure, true},
                                              {"permissions", names, true},
                                              {"is_active", yes, true},
                                              {"email_verified", yes, true},
                                              {"mfa_enabled", yes, true},
                                              {"mfa_enrollment_required", yes, true},
                                              {"password_expired", yes, true},
                                              {"must_change_password", yes, true}});
}

std::string full_name(std::string_view first, std::string_view last, std::string_view username) {
    const std::string both = std::string(first) + ' ' + std::string(last);
    const std::string_view name = trim(both);
    return std::string(name.empty() ? username : name);
}

Result<Json> current_user(Connection& database, const Rules& rules, const std::string& user, WallTime now) {
    auto found =
        database.run("SELECT u.id, u.username, u.email, u.first_name, u.last_name, u.organization_id, "
                     "u.`rank`, u.platoon, "
                     "u.membership_type, u.status, u.email_verified, u.mfa_enabled, u.password_changed_at, "
                     "u.must_change_password, o.timezone, "
                     "JSON_EXTRACT(o.settings, '$.security.mfa_required') AS mfa_required "
                     "FROM users u JOIN organizations o ON o.id = u.organization_id WHERE u.id = ? AND "
                     "u.deleted_at IS NULL",
                     {user});
    if (!found) return fail(found.error());
    const Rows rows(std::move(found->rows));
    if (rows.empty()) return fail(ErrorCode::not_found, "the account is gone");
    const auto roles = roles_of(database, rows.text(0, "organization_id"), user);
    if (!roles) return fail(roles.error());

    Json names{Json::Array{}};
    for (const Role& role : *roles) names.push(role.name);
    const api::Permissions permissions = permissions_of(*roles, rows.text(0, "rank"));
    const Json mfa_required = rows.json(0, "mfa_required", false);
    return Json::object(
        {{"id", rows.text(0, "id")},
         {"username", rows.text(0, "username")},
         {"email", rows.json_text(0, "email")},
         {"first_name", rows.json_text(0, "first_name")},
         {"last_name", rows.json_text(0, "last_name")},
         {"full_name",
          full_name(rows.text(0, "first_name"), rows.text(0, "last_name"), rows.text(0, "username"))},
         {"organization_id", rows.text(0, "organization_id")},
         {"timezone", rows.json_text(0, "timezone")},
         {"roles", names},
         {"positions", names},
         {"rank", rows.json_text(0, "rank")},
         {"platoon", rows.json_text(0, "platoon")},
         {"membership_type", rows.json_text(0, "membership_type")},
         {"permissions", Json::array({permissions.names().begin(), permissions.names().end()})},
         {"is_active", rows.text(0, "status") == "active"},
         {"email_verified", rows.flag(0, "email_verified")},
         {"mfa_enabled", rows.flag(0, "mfa_enabled")},
         {"mfa_enrollment_required", is_truthy(&mfa_required) && !rows.flag(0, "mfa_enabled")},
         {"password_expired", is_expired(rules, rows.time(0, "password_changed_at"), now)},
         {"must_change_password", rows.flag(0, "must_change_password")}});
}

}  // namespace logbook::backend
