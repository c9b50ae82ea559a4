// What Alembic says of its own end, found among everything else that it and the application print.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"

namespace logbook::migration {

struct AlembicFailure {
    // "(1060, "Duplicate column name 'rank'")", or the exception's line, or Alembic's own sentence;
    // printable.
    std::string said;
    std::string sql;  // that the server refused; empty where it was none of that
};

// Of the lines that it printed, in their order. Never empty in `said` where there was any line at all. Pure.
LOGBOOK_EXPORT AlembicFailure alembic_failure(const std::vector<std::string>& lines);

}  // namespace logbook::migration
