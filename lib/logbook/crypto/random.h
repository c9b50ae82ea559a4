// Random bytes from OpenSSL's CSPRNG. Thread-safe.
#pragma once

#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::crypto {

// `bytes` random bytes in lower-case hex (twice as many characters).
LOGBOOK_EXPORT Result<Secret> random_hex(size_t bytes);

// `length` characters, each drawn evenly from `alphabet` (2 to 256 characters): rejection sampling, no modulo
// bias.
LOGBOOK_EXPORT Result<Secret> random_text(size_t length, std::string_view alphabet);

// A version 4 UUID (RFC 9562 §5.4): "31f30f85-8acd-4702-8798-c5de5b2438c1".
LOGBOOK_EXPORT Result<std::string> random_uuid();

}  // namespace logbook::crypto
