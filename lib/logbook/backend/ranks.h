// What a rank allows by itself. `users.rank` is free text; these seven are known, and equal to the seeded
// positions of the same slugs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::backend {

// "captain" → its permissions; none for any other text. Pure, thread-safe.
LOGBOOK_EXPORT const std::vector<std::string>& rank_permissions(std::string_view rank);

}  // namespace logbook::backend
