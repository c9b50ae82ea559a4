// A request that a browser was tricked into carries our cookies, but cannot know what stands in them.
#pragma once

#include "logbook/api/step.h"

namespace logbook::api {

// Methods that change something, with a `csrf_token` cookie, must repeat it in X-CSRF-Token: else 403
// LB-AUTH-009. One with an `access_token` cookie alone is refused too (LB-AUTH-008), where the route asks for
// a sign-in. Bearer tokens without cookies are exempt: no browser sends them unasked.
LOGBOOK_EXPORT Step csrf();

}  // namespace logbook::api
