// The decision.
#include "logbook/api/policy.h"

#include "logbook/base/text.h"

namespace logbook::api {

bool Policy::allows(const Principal& principal, std::string_view own) const {
    switch (who_) {
    case Who::everyone:
    case Who::signed_in:
        return true;
    case Who::permitted:
        if (!self_param_.empty() && !principal.user.empty() && lower(own) == lower(principal.user))
            return true;
        return principal.permissions.has_any(permissions_);
    }
    return false;
}

}  // namespace logbook::api
