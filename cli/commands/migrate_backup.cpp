// `logbookctl migrate backup`: a dump of the database that is trusted only after it was read back.
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "database_door.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/migration/backup.h"
#include "migrate_scene.h"
#include "view/finding_lines.h"
#include "view/progress_line.h"

namespace logbook::cli {
namespace {

constexpr Millis longest_backup{std::chrono::hours(4)};

struct MigrateBackupOptions {
    std::string folder;
    bool stop_backend = false;
};

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

// Returns the name of the container that was stopped; empty where none ran.
Result<std::string> stop_backend(App& app, const DatabaseDoor& door) {
    constexpr std::chrono::seconds grace(30);
    if (!door.backend)
        return fail(ErrorCode::not_found, "there is no backend's container to stop",
                    "stop the backend yourself, then leave --stop-backend out");
    const std::string name = printable(door.backend->name, 80);
    if (door.backend->state != docker::ContainerState::running &&
        door.backend->state != docker::ContainerState::restarting)
        return std::string();
    if (!app.global.quiet) {
        app.err.line("stopping " + name);
        (void)app.err.flush();
    }
    if (Status stopped = door.engine->stop(door.backend->id, grace, app.deadline); !stopped)
        return fail(stopped.error());
    return name;
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
    Result<migration::Backup> backup = fail(ErrorCode::io, "");
    {
        Progress progress(app);
        migration::BackupOrder order{options.folder, door->endpoint, door->inside,
                                     door->sql(app), door->program,  app.seams.clock};
        order.progress = [&](uint64_t dumped, uint64_t estimate) { progress.tell(dumped, estimate); };
        if (options.stop_backend)
            order.before = [&]() -> Status {
                auto name = stop_backend(app, *door);
                if (!name) return fail(name.error());
                stopped = std::move(*name);
                return {};
            };
        backup = migration::take_backup(order, app.deadline);
    }
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
