// `logbookctl migrate upgrade`: the application's own Alembic, behind every gate that keeps data safe.
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "backend_hold.h"
#include "backup_run.h"
#include "commands/catalogue.h"
#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/migration/migration_lock.h"
#include "logbook/revision/revision_range.h"
#include "stop_signals.h"
#include "upgrade_scene.h"
#include "view/progress_line.h"
#include "view/upgrade_view.h"

namespace logbook::cli {
namespace {

constexpr Millis longest_upgrade{std::chrono::hours(4)};
constexpr Millis one_question{15'000};

struct MigrateUpgradeOptions {
    ChainOptions chain;
    std::string target = "head";
    std::string backup, output;
    Millis backup_within{0};
    bool no_backup = false, stop_backend = false, local = false, dry_run = false, repaired = false;
};

// What is pending on the way to the target, and the gates that are not the lock's.
Status judge(App& app, const MigrateUpgradeOptions& options, const UpgradeScene& scene,
             const UpgradeSurvey& survey, UpgradeTale& tale, std::vector<revision::RevisionIndex>& pending) {
    const revision::RevisionMap& code = scene.migrate.next.map;
    tale.rows_before = survey.standing.rows;
    tale.notes.clear();
    tale.passed.clear();
    tale.pending.clear();
    migration::UpgradeFacts facts = survey.facts(scene);
    facts.stays_up = !options.stop_backend;
    facts.repaired = options.repaired && app.global.confirmed(scene.database());
    facts.has_backup = !options.backup.empty();
    facts.no_backup = options.no_backup && app.global.confirmed(scene.database());

    // A database whose rows the code does not know has no way to the target: the gate tells why.
    Result<std::vector<revision::RevisionIndex>> path = std::vector<revision::RevisionIndex>();
    if (survey.standing.unknown.empty())
        path = revision::upgrade_path(code, survey.standing.current, options.target);
    tale.refusal = migration::refuse_upgrade(facts);
    const bool by_chain = tale.refusal && (tale.refusal->gate == migration::Gate::chain ||
                                           tale.refusal->gate == migration::Gate::unread);
    if (!path && !by_chain) return fail(path.error());
    if (path) pending = std::move(*path);
    for (const revision::RevisionIndex index : pending)
        tale.pending.push_back({code[index].file.revision, printable(code[index].file.title(), 120)});
    tale.target = pending.empty() ? std::string() : tale.pending.back().revision;
    // Nothing to do is no reason to refuse, unless it is the data that is at stake.
    if (pending.empty() && tale.refusal && !by_chain && tale.refusal->gate != migration::Gate::wipe_trap &&
        tale.refusal->gate != migration::Gate::fresh)
        tale.refusal.reset();
    if (!tale.refusal && !pending.empty() && scene.place == Place::nowhere)
        tale.refusal = migration::GateRefusal{migration::Gate::place, scene.no_place, {scene.no_place_hint}};

    if (const std::string told = told_by_journal(facts); !told.empty() && !tale.refusal)
        tale.notes.push_back(told);
    if (survey.disk_free && survey.largest_table && *survey.disk_free < *survey.largest_table + (64U << 20))
        tale.notes.push_back(
            fmt::format("the disk has {} left, and the largest table takes {}: a revision that "
                        "copies it would fill the disk (logbookctl migrate plan)",
                        human_bytes(*survey.disk_free), human_bytes(*survey.largest_table)));
    if (scene.place == Place::backend && !pending.empty())
        tale.notes.push_back(printable(scene.door.backend->name, 80) +
                             " serves meanwhile, with code that may know more or less than its tables: "
                             "--stop-backend stops it first");
    tale.passed.emplace_back("one head");
    if (survey.disk_free)
        tale.passed.push_back(human_bytes(*survey.disk_free) + " free");
    else
        tale.notes.emplace_back("how much room the database's disk has left is not known from here");
    return {};
}

// A script that calls this has decided already; a person at a terminal is asked.
Status agreed(App& app, const UpgradeTale& tale) {
    if (app.global.yes) return {};
    if (app.global.no_input)
        return fail(ErrorCode::declined, "the upgrade was not confirmed, and --no-input forbids to ask",
                    "add --yes");
    if (!::isatty(STDIN_FILENO) || !::isatty(STDERR_FILENO)) return {};
    app.err.put(fmt::format("{} to {}. Go on? [y/N] ", counted(tale.pending.size(), "revision"),
                            printable(tale.target, 64)));
    (void)app.out.flush();
    (void)app.err.flush();
    std::string answer;
    std::getline(std::cin, answer);
    if (lower(trim(answer)) == "y" || lower(trim(answer)) == "yes") return {};
    return fail(ErrorCode::declined, "the upgrade was declined; nothing was changed", {});
}

// Steps as they come: a line that is drawn anew at a terminal, else one a step; objects with jsonl.
class Steps {
  public:
    Steps(App& app, const UpgradeTale& tale)
        : app_(app)
        , all_(tale.pending.size())
        , line_(stream(), !app.global.quiet)
        , began_(app.seams.clock.steady()) {}

    migration::UpgradeObserver observer() {
        migration::UpgradeObserver observer;
        observer.began = [this](size_t number, const std::string& revision, const std::string& title) {
            begin(number, revision, title);
        };
        observer.tick = [this] { draw(); };
        observer.warned = [this](const std::string& what) {
            line_.clear();
            app_.err.line("logbookctl: " + what);
            (void)app_.err.flush();
        };
        return observer;
    }
    void clear() { line_.clear(); }

  private:
    Stream& stream() { return app_.global.output == "table" ? app_.out : app_.err; }

    void begin(size_t number, const std::string& revision, const std::string& title) {
        number_ = number;
        revision_ = printable(revision, 64);
        const Millis elapsed = since_began();
        if (app_.global.output == "jsonl")
            app_.emit("logbookctl/migrate_upgrade_step/1",
                      Json::object({{"number", int64_t(number)},
                                    {"of", int64_t(std::max(all_, number))},
                                    {"revision", revision},
                                    {"title", title},
                                    {"elapsed_ms", int64_t(elapsed.count())}}));
        else if (!line_.live() && !app_.global.quiet && app_.global.output == "table")
            app_.out.line(fmt::format("{:>4}/{}  {}  {}", number, std::max(all_, number), revision_, title));
        (void)app_.out.flush();
        draw();
    }

    void draw() {
        if (!line_.live() || number_ == 0) return;
        const auto now = app_.seams.clock.steady();
        if (now - drawn_ < Millis(100)) return;
        drawn_ = now;
        const Millis elapsed = since_began();
        // The revisions that are done are the only measure of those that are not.
        std::string left;
        if (number_ > 3 && number_ <= all_)
            left = " · about " + clock_text(elapsed * (all_ - number_ + 1) / (number_ - 1)) + " left";
        line_.show(fmt::format(" {}   {}   {}/{}   {}{}", revision_, progress_bar(number_ - 1, all_, 25),
                               number_, std::max(all_, number_), clock_text(elapsed), left));
    }

    Millis since_began() const {
        return std::chrono::duration_cast<Millis>(app_.seams.clock.steady() - began_);
    }
    static std::string clock_text(Millis time) {
        const auto seconds = time.count() / 1000;
        return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
    }

    App& app_;
    const size_t all_;
    ProgressLine line_;
    const std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point drawn_{};
    size_t number_ = 0;
    std::string revision_;
};

// The first Ctrl-C is answered with what it would do; the second one does it.
class Interrupts {
  public:
    explicit Interrupts(App& app) : app_(app), signals_({SIGINT, SIGTERM, SIGHUP}) {}

    bool ends_it() {
        if (signals_.wait(Millis(0)) == 0) return ended_;
        if (asked_) return ended_ = true;
        asked_ = true;
        app_.err.line(
            "\nlogbookctl: a revision that is ended in its middle stays half applied. Once more ends it; "
            "without that the upgrade goes on");
        (void)app_.err.flush();
        return false;
    }

  private:
    App& app_;
    const StopSignals signals_;
    bool asked_ = false, ended_ = false;
};

Status back_up(App& app, const MigrateUpgradeOptions& options, const UpgradeScene& scene,
               migration::MigrationLock& lock, const UpgradeSurvey& survey, UpgradeTale& tale) {
    // Of an empty database there is none to take.
    if (options.backup.empty() || survey.tables.tables.value_or(1) == 0) return {};
    auto provided = provide_backup(app, scene.door, lock, {options.backup, options.backup_within});
    if (!provided) return fail(provided.error());
    tale.backup_was_there = provided->was_there;
    tale.backup = std::move(provided->backup);
    tale.restore_command = restore_command(scene.door, *tale.backup);
    return {};
}

ExitCode tell_end(App& app, const UpgradeTale& tale) {
    if (app.global.output != "table")
        emit_upgrade(app, tale);
    else
        put_upgrade_end(app.out, tale, app.global.quiet);
    return exit_code_of(tale);
}

bool in_words(const App& app) {
    return app.global.output == "table" && !app.global.quiet;
}

// With --stop-backend it runs afterwards, also where somebody stopped it before: `migrate backup
// --stop-backend` did, and a pull without a new revision must not leave it so.
void bring_back(App& app, const MigrateUpgradeOptions& options, const UpgradeScene& scene,
                UpgradeTale& tale) {
    const bool is_down = !tale.stopped.empty() || scene.backend == migration::BackendStands::down;
    if (!options.stop_backend || tale.other_code || !is_down) return;
    const Status started = start_backend(app);
    tale.started_again = started.has_value();
    if (!started) tale.start_failure = started.error();
}

// From here on something may be changed.
ExitCode carry_out(App& app, const MigrateUpgradeOptions& options, UpgradeScene& scene, UpgradeTale& tale,
                   std::vector<revision::RevisionIndex> pending) {
    const auto stays_stopped = [&](const Error& error) {
        const ExitCode code = report_migrate(app, error);
        if (!tale.stopped.empty())
            app.err.line(
                fmt::format("logbookctl: {} is stopped; nothing was upgraded: logbookctl restart backend",
                            join(tale.stopped, ", ")));
        return code;
    };
    auto lock = migration::MigrationLock::take(scene.door.sql(app), scene.door.endpoint,
                                               app.deadline.at_most(one_question));
    if (!lock && lock.error().code == ErrorCode::conflict &&
        contains(lock.error().what, "the_logbook_migrations")) {
        tale.refusal = migration::GateRefusal{migration::Gate::lock, lock.error().what, {lock.error().hint}};
        return tell_end(app, tale);
    }
    if (!lock) return report_migrate(app, lock.error());
    // Whoever held it before may have changed everything.
    auto survey = survey_upgrade(app, scene, lock->session());
    if (!survey) return report_migrate(app, survey.error());
    if (Status judged = judge(app, options, scene, *survey, tale, pending); !judged)
        return report_migrate(app, judged.error());
    if (tale.refusal) return tell_end(app, tale);
    if (pending.empty()) {
        lock = fail(ErrorCode::closed, "");
        bring_back(app, options, scene, tale);
        return tell_end(app, tale);
    }
    tale.passed.insert(tale.passed.begin() + 1, "lock taken");
    if (in_words(app)) put_upgrade_gates(app.out, tale);
    (void)app.out.flush();

    if (options.stop_backend) {
        const auto* containers = scene.door.scene->containers();
        auto stopped = containers && containers->found()
                           ? stop_backend(app, *scene.door.engine, containers->deployment)
                           : Result<std::vector<std::string>>(
                                 fail(ErrorCode::not_found, "there is no backend's container to stop",
                                      "stop the backend yourself, then leave --stop-backend out"));
        if (!stopped) return report_migrate(app, stopped.error());
        tale.stopped = std::move(*stopped);
    }
    if (Status backed = back_up(app, options, scene, *lock, *survey, tale); !backed)
        return stays_stopped(backed.error());
    if (in_words(app)) put_upgrade_backup(app.out, tale);
    (void)app.out.flush();

    std::unique_ptr<migration::Alembic> alembic;
    if (scene.place != Place::native) {
        auto opened = open_alembic(app, scene);
        if (!opened) return stays_stopped(opened.error());
        alembic = std::move(*opened);
    }
    Steps steps(app, tale);
    Interrupts interrupts(app);
    migration::UpgradeOrder order{
        scene.migrate.next.map, pending,         tale.rows_before, *lock, scene.door.sql(app),
        scene.door.endpoint,    app.seams.clock, scene.journal};
    order.observer = steps.observer();
    order.source = [&](const revision::RevisionFile& file) { return revision_text(app, scene, file); };
    order.mask = [&](std::string_view text) { return app.redactor.mask(text); };
    order.interrupted = [&] { return interrupts.ends_it(); };
    const auto began = app.seams.clock.steady();
    tale.run = alembic ? migration::run_upgrade(order, *alembic, app.deadline)
                       : migration::run_native_upgrade(order, app.deadline);
    tale.took = std::chrono::duration_cast<Millis>(app.seams.clock.steady() - began);
    steps.clear();
    alembic.reset();
    lock = fail(ErrorCode::closed, "");  // a start that migrates would wait for it
    if (tale.run->ending == migration::UpgradeEnding::done) bring_back(app, options, scene, tale);
    return tell_end(app, tale);
}

ExitCode run_migrate_upgrade(App& app, const MigrateUpgradeOptions& options) {
    if (!options.output.empty()) app.global.output = options.output;
    app.one_line_documents = app.global.output == "jsonl";
    app.take_by_default(longest_upgrade);
    auto scene = open_upgrade_scene(app, options.chain, options.local, options.stop_backend);
    if (!scene) return report_migrate(app, scene.error());
    UpgradeTale tale;
    tale.database = scene->migrate.database;
    const Code& code = scene->migrate.next;
    tale.code = fmt::format("{} · {}", code.where, counted(code.map.all().size(), "revision"));
    tale.where = scene->where;
    tale.dry_run = options.dry_run;
    tale.other_code = scene->other_code();
    if (scene->door.backend) tale.backend = printable(scene->door.backend->name, 80);
    if (Status readable = scene->migrate.readable(); !readable) return report_migrate(app, readable.error());

    std::vector<revision::RevisionIndex> pending;
    {
        const auto session =
            scene->door.sql(app).connect(scene->door.endpoint, app.deadline.at_most(one_question));
        if (!session) return report_migrate(app, session.error());
        const auto survey = survey_upgrade(app, *scene, **session);
        if (!survey) return report_migrate(app, survey.error());
        if (Status judged = judge(app, options, *scene, *survey, tale, pending); !judged)
            return report_migrate(app, judged.error());
        if (!options.dry_run && survey->journal && survey->journal->database == scene->database() &&
            !migration::unfinished_by(*survey->journal, code.map, survey->standing))
            migration::remove_journal(scene->journal);  // what it tells of is over
    }
    if (in_words(app)) put_upgrade_head(app.out, tale);
    if (!tale.refusal && pending.empty() && !options.dry_run) bring_back(app, options, *scene, tale);
    if (tale.refusal || pending.empty() || options.dry_run) return tell_end(app, tale);
    (void)app.out.flush();
    if (Status yes = agreed(app, tale); !yes) return app.report(yes.error());
    return carry_out(app, options, *scene, tale, std::move(pending));
}

}  // namespace

void add_migrate_upgrade(const Command& parent) {
    const auto options = std::make_shared<MigrateUpgradeOptions>();
    const Command cmd = parent.add_subcommand(
        "upgrade", "Run the pending revisions, behind a backup and every other gate", "Configure");
    cmd.add_option("TARGET", options->target, "How far, as Alembic names it (default: head)")
        .type_name("TARGET");
    const Option folder =
        cmd.add_option("--backup", options->backup, "Take a verified backup into this folder first")
            .type_name("DIR");
    cmd.add_duration("--backup-within", options->backup_within,
                     "Accept one that is there, so old at the most, of the same revision and verified now")
        .needs(folder);
    cmd.add_flag("--no-backup", options->no_backup,
                 "Without one; with --confirm=DATABASE where members are stored")
        .excludes(folder);
    cmd.add_flag("--stop-backend", options->stop_backend,
                 "Stop the backend first; after a success it is started, also where it was stopped before");
    cmd.add_flag("--local", options->local, "Run the Alembic of this machine, in the project's folder");
    add_chain_options(cmd, options->chain);
    cmd.add_flag("--repaired", options->repaired,
                 "What was left half done is put right; with --confirm=DATABASE");
    cmd.add_flag("--dry-run", options->dry_run,
                 "Say what would be done, and what stands in the way; change nothing");
    cmd.add_option("-o,--output", options->output, "How to print; jsonl is one object a step")
        .one_of({"table", "json", "jsonl"})
        .type_name("table|json|jsonl");
    cmd.set_help(
        {{{"logbookctl migrate upgrade --backup /srv/backups --stop-backend",
           "the whole way, the backend away meanwhile"},
          {"logbookctl migrate backup /srv/backups --stop-backend && git pull && logbookctl migrate upgrade "
           "--backup "
           "/srv/backups --backup-within 24h --stop-backend",
           "CI, base stack: a pull alone would migrate without a backup"},
          {"docker pull NAME && logbookctl migrate upgrade --image NAME --backup /srv/backups && docker "
           "compose up -d",
           "CI, production overlay"}},
         {"0  at the target; also where nothing was pending, or with --dry-run nothing stands in the way",
          "1  a revision failed: what it did already, and how to go on, is told", "2  a wrong option",
          "3  the database or the chain could not be read",
          "4  refused: a gate, or declined; nothing was changed",
          "124  --timeout passed: the revision that ran was ended", "130  interrupted twice"},
         {"migrate status", "migrate plan", "migrate backup", "migrate record"},
         "Before anything is changed: one head; a revision that the code knows; no wipe trap; no backend in "
         "the "
         "middle of its own start; no Alembic at work already; no `%` in DB_PASSWORD; no revision that an "
         "earlier "
         "upgrade left half applied; room on the database's disk; and the lock that the application itself "
         "takes for "
         "its migrations, which is held until the end. Whoever has it is named.\n\n"
         "Where `users` has rows a backup comes first (--backup), or is declined by name (--no-backup "
         "--confirm=DATABASE).\n\n"
         "Then the application's own Alembic is run: inside the running backend; in a container of the "
         "backend's "
         "image, network and environment where it is down, starts again and again or is stopped, or of "
         "another image "
         "(--image), which is removed afterwards; on this machine with --local. The application itself is "
         "never "
         "started for it. Revisions in plain SQL (`-- revision:`, `-- down_revision:`) are run by logbookctl "
         "itself.\n\n"
         "A revision that fails is not undone: MySQL commits definitions by itself. What it did already is "
         "told, by "
         "the schema before and after. The next upgrade refuses until that is put right. Never stamp.\n\n"
         "The first Ctrl-C tells that a revision ended in its middle stays half applied; the second one ends "
         "it. When "
         "logbookctl is killed, Alembic inside a container goes on to its end, and the next run says so; on "
         "this "
         "machine it ends too. Without --timeout it may take four hours. How far it came stands in "
         ".logbookctl-upgrade.json in the project's folder, which goes after a success."});
    cmd.on_chosen([options](App& app) { return run_migrate_upgrade(app, *options); });
}

}  // namespace logbook::cli
