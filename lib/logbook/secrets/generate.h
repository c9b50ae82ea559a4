// New secret values, from OpenSSL's CSPRNG.
#pragma once

#include <string_view>

#include "logbook/base/result.h"
#include "logbook/base/secret.h"

namespace logbook::secrets {

// A value for one of `secret_names()`: keys are 64 hex characters, the salt 32, passwords 40 of [A-Za-z0-9].
// None needs quoting in a shell, a URL, Compose (`$`) or Alembic (`%`).
// Fails with `invalid` for any other name, with `io` where the random source fails. Thread-safe.
LOGBOOK_EXPORT Result<Secret> generate(std::string_view name);

}  // namespace logbook::secrets
