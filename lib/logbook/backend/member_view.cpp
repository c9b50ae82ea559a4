// From rows to JSON.
#include "logbook/backend/member_view.h"

#include "logbook/backend/current_user.h"

namespace logbook::backend {
namespace {

std::string name_of(const Rows& members, size_t row) {
    return full_name(members.text(row, "first_name"), members.text(row, "last_name"),
                     members.text(row, "username"));
}

Json when(bool shown, Json value) {
    return shown ? std::move(value) : Json();
}

Json roles_json(const std::vector<Role>& roles, bool with_permissions) {
    Json list{Json::Array{}};
    for (const Role& role : roles) {
        Json one = role_json(role);
        if (!with_permissions) one.set("permissions", Json::Array{});
        list.push(std::move(one));
    }
    return list;
}

}  // namespace

Json directory_line(const Rows& members, size_t row, const ContactVisibility& visible) {
    const auto text = [&](std::string_view column) { return members.json_text(row, column); };
    return Json::object({{"id", text("id")},
                         {"organization_id", text("organization_id")},
                         {"username", text("username")},
                         {"email", when(visible.email, text("email"))},
                         {"first_name", text("first_name")},
                         {"middle_name", text("middle_name")},
                         {"last_name", text("last_name")},
                         {"full_name", name_of(members, row)},
                         {"membership_number", text("membership_number")},
                         {"phone", when(visible.phone, text("phone"))},
                         {"mobile", when(visible.mobile, text("mobile"))},
                         {"photo_url", text("photo_url")},
                         {"status", members.text(row, "status")},
                         {"membership_type", text("membership_type")},
                         {"compliance_exempt", false},
                         {"hire_date", text("hire_date")},
                         {"rank", text("rank")},
                         {"station", text("station")},
                         {"platoon", nullptr}});
}

Viewer viewer_of(const api::Principal& principal, const std::string& member,
                 const ContactVisibility& visible) {
    Viewer viewer;
    viewer.sees_all = principal.user == member || principal.permissions.has("members.manage");
    viewer.sees_account = viewer.sees_all || principal.permissions.has("users.view");
    viewer.visible = visible;
    return viewer;
}

Json member_json(const Rows& members, size_t row, const std::vector<Role>& roles, const Viewer& viewer) {
    const bool all = viewer.sees_all, account = viewer.sees_account;
    const auto text = [&](std::string_view column) { return members.json_text(row, column); };
    const auto private_text = [&](std::string_view column) { return when(all, text(column)); };
    const Json contacts = members.json(row, "emergency_contacts", Json::Array{});
    return Json::object({{"username", text("username")},
                         {"email", when(all || viewer.visible.email, text("email"))},
                         {"first_name", text("first_name")},
                         {"middle_name", text("middle_name")},
                         {"last_name", text("last_name")},
                         {"membership_number", text("membership_number")},
                         {"date_of_birth", private_text("date_of_birth")},
                         {"hire_date", text("hire_date")},
                         {"id", text("id")},
                         {"organization_id", text("organization_id")},
                         {"photo_url", text("photo_url")},
                         {"personal_email", private_text("personal_email")},
                         {"status", members.text(row, "status")},
                         {"membership_type", text("membership_type")},
                         {"compliance_exempt", members.flag(row, "compliance_exempt")},
                         {"email_verified", when(account, members.flag(row, "email_verified"))},
                         {"mfa_enabled", when(account, members.flag(row, "mfa_enabled"))},
                         {"last_login_at", when(account, members.json_time(row, "last_login_at"))},
                         {"created_at", when(account, members.json_time(row, "created_at"))},
                         {"updated_at", when(account, members.json_time(row, "updated_at"))},
                         {"phone", when(all || viewer.visible.phone, text("phone"))},
                         {"mobile", when(all || viewer.visible.mobile, text("mobile"))},
                         {"rank", text("rank")},
                         {"station", text("station")},
                         {"platoon", text("platoon")},
                         {"address_street", private_text("address_street")},
                         {"address_city", private_text("address_city")},
                         {"address_state", private_text("address_state")},
                         {"address_zip", private_text("address_zip")},
                         {"address_country", private_text("address_country")},
                         {"emergency_contacts", all && contacts.as_array() ? contacts : Json(Json::Array{})},
                         {"full_name", name_of(members, row)},
                         {"roles", roles_json(roles, account)}});
}

Json profile_json(const Rows& members, size_t row, const std::vector<Role>& roles, const Viewer& viewer) {
    Json profile = member_json(members, row, roles, viewer);
    profile.set("notification_preferences",
                when(viewer.sees_account, members.json(row, "notification_preferences", Json::object())));
    return profile;
}

Json member_roles_json(const Rows& members, size_t row, const std::vector<Role>& roles) {
    return Json::object({{"user_id", members.text(row, "id")},
                         {"username", members.text(row, "username")},
                         {"full_name", name_of(members, row)},
                         {"roles", roles_json(roles, true)}});
}

}  // namespace logbook::backend
