// Permissions of positions, and those of the rank.
#include "logbook/backend/principal.h"

#include "logbook/backend/ranks.h"

namespace logbook::backend {

api::Permissions permissions_of(const std::vector<Role>& roles, std::string_view rank) {
    api::Permissions all(rank_permissions(rank));
    for (const Role& role : roles)
        for (const std::string& name : role.permissions) all.add(name);
    return all;
}

api::Principal principal_of(const SignedIn& who) {
    api::Principal principal;
    principal.user = who.user;
    principal.organization = who.organization;
    principal.username = who.username;
    principal.session = who.session;
    principal.permissions = api::Permissions(rank_permissions(who.rank));
    for (const std::string& name : who.granted) principal.permissions.add(name);
    principal.must_change_password = who.must_change_password;
    principal.must_enroll_mfa = who.mfa_required && !who.mfa_enabled;
    return principal;
}

}  // namespace logbook::backend
