// Taking it: under a lock, with the state of the database before and after.
#include "logbook/migration/backup.h"

#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "logbook/base/bytes.h"
#include "logbook/base/fd.h"
#include "logbook/base/text.h"
#include "logbook/host/disk.h"
#include "logbook/host/file.h"
#include "logbook/host/gzip_file.h"
#include "logbook/migration/backup_line.h"

namespace logbook::migration {
namespace {

namespace fs = std::filesystem;

constexpr int no_such_table = 1146;
constexpr const char* unverified = ".unverified";
constexpr uint64_t least_room = uint64_t(16) << 20;

struct State {
    BackupFacts facts;
    uint64_t estimate = 0;  // bytes
    bool mariadb = false;
};

uint64_t number_of(std::string_view text) {
    uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<State> state_of(const BackupOrder& order, Deadline deadline) {
    const auto session = order.sql.connect(order.database, deadline);
    if (!session) return fail(session.error());
    // The application's own lock (LOGBOOK.md, 3). Tables in the middle of a change are no backup, and whoever
    // stopped the backend now would leave them so.
    const auto lock = (*session)->query("SELECT IS_USED_LOCK('the_logbook_migrations') AS holder", deadline);
    if (!lock) return fail(lock.error());
    if (const std::string_view holder = lock->text(0, "holder");
        !holder.empty() && holder != order.lock_holder)
        return fail(ErrorCode::conflict,
                    fmt::format("a migration of {} is running (connection {})",
                                printable(order.database.database, 64), printable(holder, 20)),
                    "wait until it has ended: logbookctl migrate status");
    State state;
    state.facts.database = order.database.database;
    state.mariadb = contains(lower((*session)->server_version()), "mariadb");
    const auto tables = (*session)->query(
        "SELECT COUNT(*) AS n, COALESCE(SUM(DATA_LENGTH), 0) AS bytes FROM information_schema.TABLES WHERE "
        "TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
        deadline);
    if (!tables) return fail(tables.error());
    state.facts.tables = int64_t(number_of(tables->text(0, "n")));
    state.estimate = number_of(tables->text(0, "bytes"));
    const auto rows =
        (*session)->query("SELECT version_num FROM alembic_version ORDER BY version_num LIMIT 20", deadline);
    if (!rows && net::server_errno(rows.error()) != no_such_table) return fail(rows.error());
    for (size_t i = 0; rows && i < rows->rows.size(); ++i)
        state.facts.revisions.emplace_back(rows->text(i, "version_num"));
    return state;
}

// A name that is a file's name in every shell.
std::string file_name(const BackupFacts& facts) {
    std::string name = facts.database;
    for (char& c : name)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '-'))
            c = '_';
    return fmt::format("{}-{}.sql.gz", name, compact_utc(facts.taken));
}

Status make_folder(const fs::path& folder) {
    std::error_code failed;
    if (fs::is_directory(folder, failed)) return {};
    if (::mkdir(folder.c_str(), 0700) != 0)
        return fail(system_error("cannot make the folder " + printable(folder.string(), 300), errno));
    return {};
}

void remove_left_behind(const fs::path& folder) {
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
        const std::string name = at->path().filename().string();
        for (const std::string_view left : {".sql.gz.unverified", ".sql.gz.unverified.part"})
            if (name.size() > left.size() && name.compare(name.size() - left.size(), left.size(), left) == 0)
                fs::remove(at->path(), failed);
    }
}

Status has_room(const fs::path& folder, uint64_t estimate) {
    const auto space = host::disk_space(folder);
    if (!space) return fail(space.error());
    // Dumps of text shrink to a fifth and less; photographs in the database do not.
    const uint64_t wanted = estimate / 2 + least_room;
    if (space->available >= wanted) return {};
    return fail(ErrorCode::io,
                fmt::format("{} has room for {}, and the backup may take {}", printable(folder.string(), 300),
                            human_bytes(space->available), human_bytes(wanted)),
                "name a folder on a disk with more room");
}

bool same_state(const BackupFacts& before, const BackupFacts& after) {
    return before.revisions == after.revisions && before.tables == after.tables;
}

Status give_name(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0)
        return fail(system_error("cannot name " + printable(to.string(), 300), errno));
    const Fd folder(::open(to.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0)
        return fail(system_error("cannot make " + printable(to.string(), 300) + " durable", errno));
    return {};
}

Result<Backup> verified(const fs::path& path, const BackupFacts& expected, Deadline deadline) {
    auto backup = verify_backup(path, deadline);
    if (backup && !same_state(backup->facts, expected))
        backup = fail(ErrorCode::io, "what was written is not what was read");
    if (!backup && backup.error().code == ErrorCode::protocol) backup.error().code = ErrorCode::io;
    return backup;
}

}  // namespace

Result<Backup> take_backup(const BackupOrder& order, Deadline deadline) {
    if (Status made = make_folder(order.folder); !made) return fail(made.error());
    const auto lock =
        host::FileLock::acquire(order.folder / ".logbookctl-backup.lock", Deadline::in(Millis(0)));
    if (!lock) return fail(lock.error());
    remove_left_behind(order.folder);

    auto before = state_of(order, deadline);
    if (!before) return fail(before.error());
    if (before->facts.tables == 0)
        return fail(ErrorCode::not_found, fmt::format("{} has no tables: there is nothing to back up",
                                                      shown_database(before->facts)));
    if (Status room = has_room(order.folder, before->estimate); !room) return fail(room.error());
    if (order.before) {
        if (Status ready = order.before(); !ready) return fail(ready.error());
        before = state_of(order, deadline);
        if (!before) return fail(before.error());
    }
    const auto path_now = [&] {
        before->facts.taken = std::chrono::floor<std::chrono::seconds>(order.clock.wall());
        return order.folder / file_name(before->facts);
    };
    // A name is one second's: whoever made the last one in this second waits for the next.
    fs::path path = path_now();
    std::error_code failed;
    for (int tries = 0; tries < 20 && fs::exists(path, failed); ++tries) {
        order.clock.sleep(Millis(100));
        path = path_now();
    }
    if (fs::exists(path, failed))
        return fail(ErrorCode::conflict, printable(path.string(), 300) + " is there already", "try again");

    const fs::path raw = path.string() + unverified;
    auto file = host::GzipFile::create(raw);
    if (!file) return fail(file.error());
    if (Status begun = file->write(backup_line(before->facts)); !begun) return fail(begun.error());
    uint64_t dumped = 0;
    const auto take = [&](std::string_view bytes) {
        dumped += bytes.size();
        if (order.progress) order.progress(dumped, before->estimate);
        return file->write(bytes);
    };
    if (Status done = order.program.run(order.inside, before->mariadb, take, deadline); !done)
        return fail(done.error());
    if (Status finished = file->finish(); !finished) return fail(finished.error());

    const auto after = state_of(order, deadline);
    if (after && same_state(before->facts, after->facts)) {
        auto backup = verified(raw, before->facts, deadline);
        if (backup) {
            if (Status named = give_name(raw, path); !named) return fail(named.error());
            backup->path = path;
            return backup;
        }
        fs::remove(raw, failed);
        return backup;
    }
    fs::remove(raw, failed);
    if (!after) return fail(after.error());
    return fail(ErrorCode::conflict,
                fmt::format("the tables of {} changed while they were dumped: a migration was running",
                            shown_database(before->facts)),
                "wait for it (logbookctl migrate status), or stop the backend first: --stop-backend");
}

}  // namespace logbook::migration
