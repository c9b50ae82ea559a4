// The six secrets without which Compose does not even parse the application's files, and what each one
// guards.
#pragma once

#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::secrets {

struct SecretName {
    std::string_view name;
    bool password = false;      // of the database or the cache: printed only with --all
    std::string_view at_stake;  // what a new value would cost an installation that holds data
};

// In the order in which they are printed and written.
LOGBOOK_EXPORT const std::vector<SecretName>& secret_names();

// nullptr for any other name.
LOGBOOK_EXPORT const SecretName* secret_name(std::string_view name);

}  // namespace logbook::secrets
