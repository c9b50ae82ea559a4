// The first line of a backup, an SQL comment in which it says what it holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/migration/backup.h"

namespace logbook::migration {

// "-- logbookctl backup {…}\n". Pure.
std::string backup_line(const BackupFacts& facts);
// Nothing for any other line. Pure; a stranger may have written it.
LOGBOOK_EXPORT std::optional<BackupFacts> read_backup_line(std::string_view line);

// "`intranet_db`", printable.
std::string shown_database(const BackupFacts& facts);

}  // namespace logbook::migration
