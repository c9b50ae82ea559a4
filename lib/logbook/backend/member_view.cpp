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

using api::Property;
using api::Schema;

Property text(const char* name) {
    return {name, api::nullable(api::text_schema()), true};
}
Property sure(const char* name, Schema schema) {
    return {name, std::move(schema), true};
}
Property flag(const char* name) {
    return sure(name, api::nullable(api::boolean_schema()));
}
Property time(const char* name) {
    return sure(name, api::nullable(api::time_schema()));
}
Property date(const char* name) {
    return sure(name, api::nullable(api::date_schema()));
}

Property held_roles() {
    const Schema role = api::object_schema(
        "UserRole",
        {sure("id", api::uuid_schema()), sure("name", api::text_schema()), sure("slug", api::text_schema()),
         text("description"), sure("permissions", api::list_schema(api::text_schema())),
         sure("is_system", api::boolean_schema()), sure("priority", api::integer_schema())});
    return sure("roles", api::list_schema(role));
}

std::vector<Property> member_properties() {
    return {sure("username", api::text_schema()),
            text("email"),
            text("first_name"),
            text("middle_name"),
            text("last_name"),
            text("membership_number"),
            date("date_of_birth"),
            date("hire_date"),
            sure("id", api::uuid_schema()),
            sure("organization_id", api::uuid_schema()),
            text("photo_url"),
            text("personal_email"),
            sure("status", api::text_schema()),
            text("membership_type"),
            sure("compliance_exempt", api::boolean_schema()),
            flag("email_verified"),
            flag("mfa_enabled"),
            time("last_login_at"),
            time("created_at"),
            time("updated_at"),
            text("phone"),
            text("mobile"),
            text("rank"),
            text("station"),
            text("platoon"),
            text("address_street"),
            text("address_city"),
            text("address_state"),
            text("address_zip"),
            text("address_country"),
            sure("emergency_contacts", api::list_schema(Schema{})),
            sure("full_name", api::text_schema()),
            held_roles()};
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

Schema directory_line_schema() {
    return api::object_schema("UserListResponse",
                              {sure("id", api::uuid_schema()), sure("organization_id", api::uuid_schema()),
                               sure("username", api::text_schema()), text("email"), text("first_name"),
                               text("middle_name"), text("last_name"), sure("full_name", api::text_schema()),
                               text("membership_number"), text("phone"), text("mobile"), text("photo_url"),
                               sure("status", api::text_schema()), text("membership_type"),
                               sure("compliance_exempt", api::boolean_schema()), date("hire_date"),
                               text("rank"), text("station"), text("platoon")});
}

Schema member_schema() {
    std::vector<Property> properties = member_properties();
    properties.push_back({"temporary_password", api::nullable(api::text_schema()), false});
    return api::object_schema("UserWithRolesResponse", std::move(properties));
}

Schema profile_schema() {
    std::vector<Property> properties = member_properties();
    properties.push_back(sure("notification_preferences", api::nullable(api::object_schema("", {}))));
    return api::object_schema("UserProfileResponse", std::move(properties));
}

Schema member_roles_schema() {
    return api::object_schema("UserRoleResponse",
                              {sure("user_id", api::uuid_schema()), sure("username", api::text_schema()),
                               sure("full_name", api::text_schema()), held_roles()});
}

Json directory_line(const Rows& members, size_t row, const ContactVisibility& visible) {
    const auto of = [&](std::string_view column) { return members.json_text(row, column); };
    return Json::object({{"id", of("id")},
                         {"organization_id", of("organization_id")},
                         {"username", of("username")},
                         {"email", when(visible.email, of("email"))},
                         {"first_name", of("first_name")},
                         {"middle_name", of("middle_name")},
                         {"last_name", of("last_name")},
                         {"full_name", name_of(members, row)},
                         {"membership_number", of("membership_number")},
                         {"phone", when(visible.phone, of("phone"))},
                         {"mobile", when(visible.mobile, of("mobile"))},
                         {"photo_url", of("photo_url")},
                         {"status", members.text(row, "status")},
                         {"membership_type", of("membership_type")},
                         {"compliance_exempt", false},
                         {"hire_date", of("hire_date")},
                         {"rank", of("rank")},
                         {"station", of("station")},
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
    const auto of = [&](std::string_view column) { return members.json_text(row, column); };
    const auto private_text = [&](std::string_view column) { return when(all, of(column)); };
    const Json contacts = members.json(row, "emergency_contacts", Json::Array{});
    return Json::object({{"username", of("username")},
                         {"email", when(all || viewer.visible.email, of("email"))},
                         {"first_name", of("first_name")},
                         {"middle_name", of("middle_name")},
                         {"last_name", of("last_name")},
                         {"membership_number", of("membership_number")},
                         {"date_of_birth", private_text("date_of_birth")},
                         {"hire_date", of("hire_date")},
                         {"id", of("id")},
                         {"organization_id", of("organization_id")},
                         {"photo_url", of("photo_url")},
                         {"personal_email", private_text("personal_email")},
                         {"status", members.text(row, "status")},
                         {"membership_type", of("membership_type")},
                         {"compliance_exempt", members.flag(row, "compliance_exempt")},
                         {"email_verified", when(account, members.flag(row, "email_verified"))},
                         {"mfa_enabled", when(account, members.flag(row, "mfa_enabled"))},
                         {"last_login_at", when(account, members.json_time(row, "last_login_at"))},
                         {"created_at", when(account, members.json_time(row, "created_at"))},
                         {"updated_at", when(account, members.json_time(row, "updated_at"))},
                         {"phone", when(all || viewer.visible.phone, of("phone"))},
                         {"mobile", when(all || viewer.visible.mobile, of("mobile"))},
                         {"rank", of("rank")},
                         {"station", of("station")},
                         {"platoon", of("platoon")},
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
