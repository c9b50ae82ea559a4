// Who has signed in, and what his positions and his rank allow him.
#pragma once

#include <string>
#include <vector>

#include "logbook/api/policy.h"
#include "logbook/backend/store/positions.h"
#include "logbook/backend/store/sessions.h"

namespace logbook::backend {

// Pure.
api::Permissions permissions_of(const std::vector<Role>& roles, std::string_view rank);
api::Principal principal_of(const SignedIn& who);

}  // namespace logbook::backend
