// From a token to whoever sent it.
#pragma once

#include "logbook/api/steps/authorize.h"
#include "logbook/backend/routes.h"

namespace logbook::backend {

// The access_token cookie, else `Authorization: Bearer`. A token is good when it is signed by us, an access
// token, and its session is there, neither expired nor idle for too long, of an active account in an active
// organization. An idle session is deleted on the spot; any other is marked as seen, once a second at the
// most: one statement, or two. 401 LB-AUTH-001 without a token, LB-AUTH-002 with one that is no good; 403
// LB-AUTH-003 for an account that is not active.
LOGBOOK_EXPORT api::Authenticate make_authenticate(const Backend& backend);

}  // namespace logbook::backend
