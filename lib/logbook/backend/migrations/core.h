// The core's own revision, compiled in.
#pragma once

#include <string_view>

namespace logbook::backend {

// The bytes of core_0001.sql.
std::string_view core_0001_sql();

}  // namespace logbook::backend
