// A backup as the `migrate` commands take one: with its progress, and how it would be restored.
#pragma once

#include "database_door.h"
#include "logbook/migration/backup.h"

namespace logbook::cli {

struct BackupWish {
    std::filesystem::path folder;
    std::function<Status()> before{};  // see migration::BackupOrder
    std::string lock_holder{};
};
Result<migration::Backup> take_backup(App& app, const DatabaseDoor& door, BackupWish wish);

// Ready to paste.
std::string restore_command(const DatabaseDoor& door, const migration::Backup& backup);

}  // namespace logbook::cli
