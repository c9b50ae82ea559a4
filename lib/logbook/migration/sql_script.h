// A script of SQL taken apart into its statements, as the servers' own command-line clients do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/export.h"
#include "logbook/base/result.h"

namespace logbook::migration {

struct SqlStatement {
    std::string text;  // from its first word to its last, without the delimiter
    size_t line = 1;   // of its first word
};

constexpr size_t longest_script = size_t(16) << 20;  // bytes

// The clients' own DELIMITER line is understood: routines and triggers need it. Fails with `invalid`, and the
// line, on a quote or a comment that does not end, and with `too_large`. Pure.
LOGBOOK_EXPORT Result<std::vector<SqlStatement>> split_sql(std::string_view script);

}  // namespace logbook::migration
