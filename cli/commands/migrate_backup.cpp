// `logbookctl migrate backup`: a dump of the database that is trusted only after it was read back.
#include <fmt/format.h>
#include <memory>

#include "backend_hold.h"
#include "backup_run.h"
#include "commands/catalogue.h"
#include "database_door.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "migrate_scene.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

constexpr Millis longest_backup{std::chrono::hours(4)};

struct MigrateBackupOptions {
    std::string folder;
    bool stop_backend = false;
};

Result<std::vector<std::string>> stop_backend_of(App& app, const DatabaseDoor& door) {
    if (door.engine) return stop_backend(app, *door.engine, door.scene->containers()->deployment);
    return fail(ErrorCode::not_found, "there is no backend's container to stop",
                "stop the backend yourself, then leave --stop-backend out");
}

Json to_json(const migration::Backup& backup, const std::string& stopped) {
    Json::Array revisions;
    for (const std::string& revision : backup.facts.revisions) revisions.emplace_back(revision);
    return Json::object({{"file", backup.path.string()},
                         {"bytes", int64_t(backup.bytes)},
                         {"dumped_bytes", int64_t(backup.dumped)},
                         {"database", backup.facts.database},
                         {"tables", backup.facts.tables},
                         {"revisions", Json(std::move(revisions))},
                         {"taken", iso8601(backup.facts.taken)},
                         {"stopped", stopped.empty() ? Json() : Json(stopped)}});
}

void show(App& app, const DatabaseDoor& door, const migration::Backup& backup, const std::string& stopped,
          Millis took) {
    app.out.line(fmt::format("{} {}", glyph(app.out, Mark::pass), printable(backup.path.string(), 400)));
    if (app.global.quiet) return;
    const std::string revisions = backup.facts.revisions.empty()
                                      ? "no revision"
                                      : "revision " + printable(join(backup.facts.revisions, ", "), 200);
    put_detail(app.out, "holds",
               fmt::format("{} of {}, at {}", counted(size_t(backup.facts.tables), "table"),
                           printable(backup.facts.database, 64), revisions));
    put_detail(app.out, "size",
               fmt::format("{}, {} of SQL; read back whole, in {}", human_bytes(backup.bytes),
                           human_bytes(backup.dumped), human_duration(took)));
    put_detail(app.out, "keep",
               "a copy of .env with it: without its ENCRYPTION_KEY and ENCRYPTION_SALT nobody can "
               "read the members' protected fields again");
    put_detail(app.out, "restore", restore_command(door, backup));
    if (!stopped.empty())
        put_detail(app.out, "stopped", stopped + ": logbookctl restart backend starts it again");
}

ExitCode run_migrate_backup(App& app, const MigrateBackupOptions& options) {
    app.take_by_default(longest_backup);
    const auto door = open_database_door(app);
    if (!door) return report_migrate(app, door.error());
    std::string stopped;
    const auto began = app.seams.clock.steady();
    BackupWish wish{options.folder};
    if (options.stop_backend)
        wish.before = [&]() -> Status {
            const auto names = stop_backend_of(app, *door);
            if (!names) return fail(names.error());
            stopped = join(*names, ", ");
            return {};
        };
    const auto backup = take_backup(app, *door, std::move(wish));
    if (!backup) {
        if (!stopped.empty()) app.err.line(fmt::format("logbookctl: {} is still stopped", stopped));
        return report_migrate(app, backup.error());
    }
    if (app.global.json())
        app.emit("logbookctl/migrate_backup/1", to_json(*backup, stopped));
    else
        show(app, *door, *backup, stopped,
             std::chrono::duration_cast<Millis>(app.seams.clock.steady() - began));
    return ExitCode::ok;
}

}  // namespace

void add_migrate_backup(const Command& parent) {
    const auto options = std::make_shared<MigrateBackupOptions>();
    const Command cmd =
        parent.add_subcommand("backup", "Dump the database, and prove that the dump is whole", "Configure");
    cmd.add_option("DIR", options->folder, "Where to put it; made for its owner alone where it is missing")
        .required()
        .type_name("");
    cmd.add_flag("--stop-backend", options->stop_backend,
                 "Stop the backend first, and leave it stopped: before new code is pulled");
    cmd.set_help(
        {{{"logbookctl migrate backup /srv/backups", "DATABASE-TIME.sql.gz, for its owner alone"},
          {"logbookctl migrate backup /srv/backups --stop-backend && git pull",
           "the base stack migrates by itself when its code changes"}},
         {"0  made, and read back whole", "1  failed; nothing in DIR counts as a backup", "2  no DIR",
          "3  the database does not answer", "124  --timeout passed"},
         {"migrate status", "restart"},
         "The server's own dump program is run inside the database's container (mariadb-dump, mysqldump), or "
         "on this "
         "machine where there is none: one consistent moment of every table, with routines, triggers and "
         "events, "
         "without holding up the application. Then the file is read back: check sums, number of tables, the "
         "dump's "
         "own last line. It has its name only after that.\n\n"
         "Without --timeout it may take four hours. The keys in .env are not in it: keep a copy of both."});
    cmd.on_chosen([options](App& app) { return run_migrate_backup(app, *options); });
}

}  // namespace logbook::cli
