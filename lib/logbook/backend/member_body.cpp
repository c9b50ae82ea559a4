// Schemas and columns.
#include "logbook/backend/member_body.h"

#include "logbook/base/text.h"

namespace logbook::backend {
namespace {

using api::Property;
using api::Schema;

// A field that is a column of the same name.
struct Field {
    std::string_view name;
    size_t most = 0;          // characters; 0: a date
    bool restricted = false;  // to members.manage
};

constexpr Field profile_fields[] = {{"first_name", 100},
                                    {"middle_name", 100},
                                    {"last_name", 100},
                                    {"phone", 20},
                                    {"mobile", 20},
                                    {"personal_email", 255},
                                    {"membership_number", 50, true},
                                    {"date_of_birth", 0},
                                    {"hire_date", 0, true},
                                    {"rank", 100, true},
                                    {"station", 100, true},
                                    {"platoon", 20, true},
                                    {"address_street", 255},
                                    {"address_city", 100},
                                    {"address_state", 50},
                                    {"address_zip", 20},
                                    {"address_country", 100}};

Schema optional_text(size_t most) {
    return api::nullable(api::text_schema(0, most));
}

Schema schema_of(const Field& field) {
    return field.most == 0 ? api::nullable(api::date_schema()) : optional_text(field.most);
}

Schema contacts_schema() {
    return api::list_schema(
        api::object_schema("EmergencyContact", {{"name", api::text_schema(1, 100), true},
                                                {"relationship", api::text_schema(1, 50), true},
                                                {"phone", api::text_schema(0, 20), true},
                                                {"email", api::nullable(api::email_schema()), false},
                                                {"is_primary", api::boolean_schema(), false}}),
        50);
}

Json with_defaults(const Json& contacts) {
    Json all{Json::Array{}};
    if (!contacts.as_array()) return all;
    for (const Json& contact : *contacts.as_array()) {
        const Json* email = contact.find("email");
        const Json* primary = contact.find("is_primary");
        all.push(Json::object({{"name", contact.text("name")},
                               {"relationship", contact.text("relationship")},
                               {"phone", contact.text("phone")},
                               {"email", email ? *email : Json()},
                               {"is_primary", primary ? *primary : Json(false)}}));
    }
    return all;
}

}  // namespace

Schema member_create_schema() {
    std::vector<Property> properties = {{"username", api::text_schema(3, 100), true},
                                        {"email", api::email_schema(), true},
                                        {"first_name", api::text_schema(1, 100), true},
                                        {"last_name", api::text_schema(1, 100), true}};
    for (const Field& field : profile_fields)
        if (field.name != "first_name" && field.name != "last_name" && field.name != "personal_email")
            properties.push_back({std::string(field.name), schema_of(field), false});
    properties.push_back({"emergency_contacts", contacts_schema(), false});
    properties.push_back({"password", api::nullable(api::text_schema(12, 128)), false});
    properties.push_back({"role_ids", api::list_schema(api::uuid_schema(), 100), false});
    properties.push_back({"send_welcome_email", api::boolean_schema(), false});
    return api::object_schema("AdminUserCreate", std::move(properties));
}

Schema member_profile_schema() {
    std::vector<Property> properties;
    for (const Field& field : profile_fields)
        properties.push_back({std::string(field.name), schema_of(field), false});
    properties.push_back({"emergency_contacts", api::nullable(contacts_schema()), false});
    return api::object_schema("UserUpdate", std::move(properties));
}

Schema member_contact_schema() {
    std::vector<Property> preferences;
    for (const char* name :
         {"email_notifications", "sms_notifications", "event_reminders", "training_reminders"})
        preferences.push_back({name, api::boolean_schema(), false});
    return api::object_schema(
        "ContactInfoUpdate",
        {{"email", api::nullable(api::email_schema()), false},
         {"phone", optional_text(20), false},
         {"mobile", optional_text(20), false},
         {"notification_preferences",
          api::nullable(api::object_schema("NotificationPreferences", std::move(preferences))), false}});
}

Schema role_ids_schema() {
    return api::object_schema("UserRoleAssignment",
                              {{"role_ids", api::list_schema(api::uuid_schema(), 100), true}});
}

std::string normal_email(std::string_view email) {
    const size_t at = email.rfind('@');
    if (at == std::string_view::npos) return std::string(email);
    return std::string(email.substr(0, at)) + lower(email.substr(at));
}

std::vector<ColumnValue> profile_columns(const Json& body) {
    std::vector<ColumnValue> columns;
    for (const Field& field : profile_fields)
        if (const Json* value = body.find(field.name)) columns.emplace_back(field.name, to_param(value));
    if (const Json* contacts = body.find("emergency_contacts"))
        columns.emplace_back("emergency_contacts", with_defaults(*contacts).dump());
    return columns;
}

bool names_restricted(const Json& body) {
    for (const Field& field : profile_fields)
        if (field.restricted && body.find(field.name)) return true;
    return false;
}

TakenField taken_field(std::string_view key) {
    if (key == "idx_user_org_username") return {"username", "Username already exists"};
    if (key == "idx_user_org_email") return {"email", "Email already exists"};
    if (key == "idx_user_org_membership_number")
        return {"membership_number", "Membership number already exists"};
    return {};
}

}  // namespace logbook::backend
