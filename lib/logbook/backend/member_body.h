// What requests may say of a member, and the columns that it goes to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/api/schema.h"
#include "logbook/backend/store/members.h"

namespace logbook::backend {

api::Schema member_create_schema();
api::Schema member_profile_schema();
api::Schema member_contact_schema();
api::Schema role_ids_schema();

// The domain is lowered: "Jo@Station.Example" is "Jo@station.example". Pure.
std::string normal_email(std::string_view email);

// The columns of a profile that the body names, each with what it gets. Names, numbers and addresses as they
// were sent; emergency contacts with their defaults. Pure.
std::vector<ColumnValue> profile_columns(const Json& body);

// Whether the body names a field that only who manages members may change: what a member's rank and place
// are.
bool names_restricted(const Json& body);

// The key of users that a 1062 named, as a field of the API and a sentence; an empty field for another key.
struct TakenField {
    std::string_view field, message;
};
TakenField taken_field(std::string_view key);

}  // namespace logbook::backend
