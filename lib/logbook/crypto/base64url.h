// base64url without padding (RFC 4648 §5), as JSON Web Tokens use it (RFC 7515 §2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/base/export.h"

namespace logbook::crypto {

LOGBOOK_EXPORT std::string base64url(std::string_view bytes);

// Strict: one text for one value. Nothing for padding, blanks, another alphabet, a length that cannot be, or
// bits behind the last byte that are not zero.
LOGBOOK_EXPORT std::optional<std::string> from_base64url(std::string_view text);

}  // namespace logbook::crypto
