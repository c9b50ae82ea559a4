// A backup of the application's database: a compressed dump that counts only when it has been read back
// whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "logbook/migration/dump_program.h"

namespace logbook::migration {

// What a backup says of itself, in its first line.
struct BackupFacts {
    std::string database;
    std::vector<std::string> revisions;  // rows of alembic_version
    int64_t tables = 0;
    WallTime taken;
};

struct Backup {
    std::filesystem::path path;
    uint64_t bytes = 0;   // of the file
    uint64_t dumped = 0;  // of the SQL inside
    BackupFacts facts;
};

struct BackupOrder {
    std::filesystem::path folder;  // made, for its owner alone, where it is missing
    net::SqlEndpoint database;     // as `sql` reaches it
    net::SqlEndpoint inside;       // as the dump program does
    const net::SqlConnector& sql;
    const DumpProgram& program;
    const Clock& clock;
    // Called once folder and database are known to be fit, before anything is read: may stop what writes.
    std::function<Status()> before{};
    // The connection that may hold the lock on migrations meanwhile: the caller's own. Empty: none.
    std::string lock_holder{};
    // Bytes of SQL so far, and what the tables hold by the server's estimate.
    std::function<void(uint64_t dumped, uint64_t estimate)> progress{};
};

// Dumps into "<database>-<time>.sql.gz", 0600. The file has its name only after it was read back, and held as
// many tables as the database. Killed at any moment this leaves a file ending in ".part" or ".unverified",
// which the next backup into the folder removes. Fails with `conflict` where another backup into that folder
// goes on, a migration is running, or where tables or revision changed meanwhile; `io` where the disk is too
// small; `not_found` for a database without tables.
LOGBOOK_EXPORT Result<Backup> take_backup(const BackupOrder& order, Deadline deadline);

// Reads a backup from end to end: the archive's check sums, our first line, as many tables as that says, the
// dump program's last line. Fails with `protocol` for what is no whole backup.
LOGBOOK_EXPORT Result<Backup> verify_backup(const std::filesystem::path& path, Deadline deadline);

// One of the folder's newest, whole, of that database at those revisions with as many tables, and taken since
// then; each is read back. Nothing where none of them is.
LOGBOOK_EXPORT Result<std::optional<Backup>> find_backup(const std::filesystem::path& folder,
                                                         const BackupFacts& wanted, WallTime not_before,
                                                         Deadline deadline);

}  // namespace logbook::migration
