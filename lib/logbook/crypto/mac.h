// Keyed digests, and the comparison that tells an attacker nothing by its time.
#pragma once

#include <string>
#include <string_view>

#include "logbook/base/export.h"
#include "logbook/base/secret.h"

namespace logbook::crypto {

// HMAC-SHA256 (RFC 2104): 32 raw bytes. Pure, thread-safe.
LOGBOOK_EXPORT std::string hmac_sha256(const Secret& key, std::string_view text);

// Whether the two are equal, in a time that depends on their lengths only.
LOGBOOK_EXPORT bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace logbook::crypto
