// Nobody reaches a route that its policy does not let in.
#pragma once

#include <functional>
#include <tl/expected.hpp>

#include "logbook/api/policy.h"
#include "logbook/api/step.h"

namespace logbook::api {

// Who is calling; else the reply that says why that could not be told (401, 503, …). Called from several
// threads at once.
using Authenticate = std::function<tl::expected<Principal, Reply>(const Call&)>;

// Asks nobody for a route that is open to everyone. 403 LB-PERM-001 where the permission is missing; 403
// LB-AUTH-004 and LB-AUTH-005 while a password change or an enrolment is due.
LOGBOOK_EXPORT Step authorize(Authenticate authenticate);

}  // namespace logbook::api
