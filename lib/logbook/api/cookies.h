// Cookies (RFC 6265): those of a request, and those that a reply sets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/api/message.h"
#include "logbook/base/clock.h"

namespace logbook::api {

// The first of that name in the request's Cookie headers; one that was sent twice counts as not sent, since
// nobody can tell which of the two is meant.
LOGBOOK_EXPORT std::optional<std::string> cookie(const Headers& headers, std::string_view name);

struct SetCookie {
    std::string name, value;  // of characters that need no quotes
    std::string path = "/";
    std::chrono::seconds max_age{0};  // 0: it is taken away
    bool http_only = true;            // out of reach of scripts
    bool secure = true;               // over TLS only
};

// "access_token=…; HttpOnly; Max-Age=1800; Path=/; SameSite=strict; Secure", as the application writes it.
// Throws std::invalid_argument on a name, value or path that would break out of it: such text comes from a
// bug.
LOGBOOK_EXPORT std::string to_header(const SetCookie& cookie);

}  // namespace logbook::api
