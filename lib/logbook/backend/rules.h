// What the application's settings say of sign-ins, cookies, limits and who may ask: read once, at the start.
#pragma once

#include <string>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/result.h"
#include "logbook/base/secret.h"
#include "logbook/settings/settings.h"

namespace logbook::backend {

// A value. The defaults are the application's (LOGBOOK.md §2).
struct Rules {
    Secret token_key;  // SECRET_KEY
    Secret audit_key;  // AUDIT_LOG_SIGNING_KEY, else SECRET_KEY
    std::chrono::seconds access_lifetime{1800};
    std::chrono::seconds refresh_lifetime{604'800};
    std::chrono::seconds idle{900};  // a session without a request for so long ends; 0: never
    int lockout_after = 5;           // failures
    std::chrono::seconds lockout{900};
    size_t password_min = 12, password_max = 128;                 // characters
    int password_history = 12;                                    // former passwords that may not come back
    std::chrono::days password_min_age{1}, password_max_age{90};  // 0: none
    bool secure_cookies = false;
    bool limit_rates = true;
    bool documentation = true;                 // ENABLE_DOCS
    bool production = false;                   // production or staging
    std::vector<std::string> origins;          // ALLOWED_ORIGINS
    std::vector<std::string> hosts;            // "*": no check (LOGBOOK.md §2, Hosts)
    std::vector<std::string> trusted_proxies;  // TRUSTED_PROXY_IPS: addresses and CIDR ranges
};

// Fails with `invalid`, naming the setting, on a value that the application's own reader refuses, and with
// `unsupported` on an ALGORITHM other than HS256. Pure.
LOGBOOK_EXPORT Result<Rules> rules_of(const settings::Settings& settings);

}  // namespace logbook::backend
