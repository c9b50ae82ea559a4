// Access and refresh tokens as the application makes them: JSON Web Tokens (RFC 7519), HMAC-SHA256 and
// nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "logbook/base/clock.h"
#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::api {

struct Claims {
    std::string subject;       // sub: the user's id
    std::string username;      //
    std::string organization;  // org_id
    std::string type;          // "access", "refresh"
    std::string id;            // jti
    int64_t issued_at = 0;     // iat, seconds since 1970
    int64_t expires_at = 0;    // exp
};

constexpr size_t longest_token = 8192;  // bytes

// Pure, thread-safe.
LOGBOOK_EXPORT std::string sign_token(const Claims& claims, const Secret& key);

// Fails with `auth`, in words for a log: the caller is told no more than that it is not valid. Accepted is
// only what sign_token() and the application make: three canonical base64url parts, a header of `alg` HS256
// and `typ` JWT alone, a signature that is right, every claim of its type and none twice, `exp` after `now`
// and `iat` and `nbf` not (no leeway, as in the application), and no `aud`. The signature is compared in
// constant time, before anything that the token says is believed. Pure, thread-safe.
LOGBOOK_EXPORT Result<Claims> read_token(std::string_view token, const Secret& key, WallTime now);

}  // namespace logbook::api
