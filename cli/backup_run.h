// A backup as the `migrate` commands take one: with its progress, and how it would be restored.
#pragma once

#include "database_door.h"
#include "logbook/migration/backup.h"
#include "logbook/migration/migration_lock.h"

namespace logbook::cli {

struct BackupWish {
    std::filesystem::path folder;
    std::function<Status()> before{};  // see migration::BackupOrder
    std::string lock_holder{};
};
Result<migration::Backup> take_backup(App& app, const DatabaseDoor& door, BackupWish wish);

// One that is there, so old at the most and of the database as it is now; else a new one. Taken under the
// caller's lock.
struct ProvidedBackup {
    migration::Backup backup;
    bool was_there = false;
};
struct BackupPlace {
    std::filesystem::path folder;
    Millis within{0};  // zero: always a new one
};
Result<ProvidedBackup> provide_backup(App& app, const DatabaseDoor& door, migration::MigrationLock& lock,
                                      const BackupPlace& place);

// Ready to paste.
std::string restore_command(const DatabaseDoor& door, const migration::Backup& backup);

}  // namespace logbook::cli
