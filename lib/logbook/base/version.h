// The version of the library that is loaded (which may be newer than the headers compiled against).
#pragma once

#include <string_view>

#include "logbook/base/export.h"

namespace logbook {

LOGBOOK_EXPORT std::string_view version();

}  // namespace logbook
