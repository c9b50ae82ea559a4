// Taking it, and telling how far it is.
#include "backup_run.h"

#include <cstdlib>
#include <fmt/format.h>

#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "view/progress_line.h"

namespace logbook::cli {
namespace {

// Twice a second.
class Progress {
  public:
    explicit Progress(App& app) : clock_(app.seams.clock), line_(app.err, !app.global.quiet) {}

    void tell(uint64_t dumped, uint64_t estimate) {
        const auto now = clock_.steady();
        if (now - last_ < Millis(500)) return;
        last_ = now;
        line_.show(fmt::format("{} of about {} · {}", human_bytes(dumped), human_bytes(estimate),
                               human_duration(std::chrono::duration_cast<Millis>(now - began_))));
    }

  private:
    const Clock& clock_;
    ProgressLine line_;
    const std::chrono::steady_clock::time_point began_ = clock_.steady();
    std::chrono::steady_clock::time_point last_ = began_;
};

}  // namespace

Result<migration::Backup> take_backup(App& app, const DatabaseDoor& door, BackupWish wish) {
    Progress progress(app);
    migration::BackupOrder order{wish.folder,   door.endpoint, door.inside,
                                 door.sql(app), door.program,  app.seams.clock};
    order.progress = [&](uint64_t dumped, uint64_t estimate) { progress.tell(dumped, estimate); };
    order.before = std::move(wish.before);
    order.lock_holder = std::move(wish.lock_holder);
    return migration::take_backup(order, app.deadline);
}

Result<ProvidedBackup> provide_backup(App& app, const DatabaseDoor& door, migration::MigrationLock& lock,
                                      const BackupPlace& place) {
    const Deadline soon = app.deadline.at_most(Millis(15'000));
    const auto holder = lock.connection(soon);
    if (!holder) return fail(holder.error());
    if (place.within.count() > 0) {
        const auto tables = lock.session().query(
            "SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
            "TABLE_TYPE = 'BASE TABLE'",
            soon);
        if (!tables) return fail(tables.error());
        const auto rows = migration::version_rows(lock.session(), soon);
        if (!rows) return fail(rows.error());
        migration::BackupFacts wanted;
        wanted.database = door.endpoint.database;
        wanted.revisions = rows->value_or(std::vector<std::string>());
        wanted.tables = std::strtoll(std::string(tables->text(0, "n")).c_str(), nullptr, 10);
        auto found =
            migration::find_backup(place.folder, wanted, app.seams.clock.wall() - place.within, app.deadline);
        if (!found) return fail(found.error());
        if (*found) return ProvidedBackup{std::move(**found), true};
    }
    auto taken = take_backup(app, door, {place.folder, {}, *holder});
    if (!taken) return fail(taken.error());
    return ProvidedBackup{std::move(*taken), false};
}

std::string restore_command(const DatabaseDoor& door, const migration::Backup& backup) {
    const std::string packed = "zcat " + shell_quoted(printable(backup.path.string(), 400));
    const std::string database = shell_quoted(printable(backup.facts.database, 64));
    if (!door.program.engine)
        return fmt::format("{} | mariadb -h {} -P {} -u {} -p {}", packed,
                           shell_quoted(printable(door.endpoint.host, 255)), door.endpoint.port,
                           shell_quoted(printable(door.endpoint.user, 80)), database);
    constexpr std::string_view client = "MYSQL_PWD=\"${MYSQL_ROOT_PASSWORD:-$MARIADB_ROOT_PASSWORD}\" exec "
                                        "$(command -v mariadb || command -v mysql) "
                                        "-u root \"$0\"";
    return fmt::format("{} | docker exec -i {} sh -c '{}' {}", packed,
                       shell_quoted(printable(door.program.container_name, 80)), client, database);
}

}  // namespace logbook::cli
