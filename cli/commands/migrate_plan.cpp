// `logbookctl migrate plan`: what an upgrade would do, statement by statement, before it is done.
#include <csignal>
#include <fmt/format.h>
#include <memory>
#include <optional>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/migration/standing.h"
#include "logbook/migration/upgrade_plan.h"
#include "logbook/revision/revision_range.h"
#include "plan_rehearsal.h"
#include "stop_signals.h"
#include "upgrade_scene.h"
#include "view/finding_lines.h"
#include "view/plan_view.h"
#include "view/progress_line.h"

namespace logbook::cli {
namespace {

using migration::ChainStanding;
using migration::Standing;
using migration::UpgradePlan;
using revision::RevisionIndex;

constexpr Millis longest_plan{std::chrono::minutes(15)}, longest_rehearsal{std::chrono::hours(2)};

struct MigratePlanOptions {
    ChainOptions chain;
    std::string target = "head";
    bool local = false;
    bool rehearse = false;
};

// All that is known when the plan is shown.
struct Outcome {
    const MigrateScene& scene;
    const ChainStanding& standing;
    std::string target;
    std::vector<RevisionIndex> path;
    std::string server;
    UpgradePlan plan;
    std::vector<std::string> before;  // what to do first, each a sentence
    std::optional<Rehearsed> rehearsed{};

    const migration::Rehearsal* rehearsal() const { return rehearsed ? &rehearsed->run : nullptr; }
};

// A database that no upgrade may touch as it is.
bool forbids(Standing standing) {
    switch (standing) {
    case Standing::at_head:
    case Standing::pending:
    case Standing::fresh:
    case Standing::several_heads:  // a target may name one of them
        return false;
    case Standing::wipe_trap:
    case Standing::unknown_revision:
    case Standing::several_rows:
    case Standing::too_long:
    case Standing::unread:
        return true;
    }
    return true;
}

Json to_json(const revision::RevisionMap& map, const Rehearsed& rehearsed) {
    Json::Array leftovers;
    for (const migration::ScratchLeftover& one : rehearsed.leftovers)
        leftovers.push_back(Json::object({{"database", one.database},
                                          {"removed", one.removed},
                                          {"why", one.why.empty() ? Json() : Json(one.why)}}));
    const auto& run = rehearsed.run;
    Json failed;
    if (run.failed)
        failed = Json::object({{"revision", map[run.failed->revision].file.revision},
                               {"said", run.failure.said},
                               {"sql", run.failure.sql.empty() ? Json() : Json(run.failure.sql)}});
    return Json::object({{"database", rehearsed.database},
                         {"went_through", int64_t(run.steps.size())},
                         {"failed", std::move(failed)},
                         {"left_out", Json::array(rehearsed.left_out)},
                         {"leftovers", Json(std::move(leftovers))}});
}

Json to_json(const Outcome& outcome) {
    Json::Array rows, before;
    for (const std::string& row : outcome.standing.rows) rows.emplace_back(row);
    for (const std::string& one : outcome.before) before.emplace_back(one);
    const UpgradePlan& plan = outcome.plan;
    return Json::object(
        {{"standing", name_of(outcome.standing.standing)},
         {"why", outcome.standing.why},
         {"database", outcome.scene.database},
         {"server", outcome.server.empty() ? Json() : Json(outcome.server)},
         {"code", outcome.scene.next.where},
         {"rows", Json(std::move(rows))},
         {"target", outcome.target},
         {"steps", plan_json(outcome.scene.next.map, plan, outcome.rehearsal())},
         {"not_knowable", int64_t(plan.untold())},
         {"destroys", int64_t(plan.steps_that(migration::Effect::destroys))},
         {"rewrites", int64_t(plan.steps_that(migration::Effect::rewrites))},
         {"before", Json(std::move(before))},
         {"rehearsal", outcome.rehearsed ? to_json(outcome.scene.next.map, *outcome.rehearsed) : Json()}});
}

std::string rows_line(const ChainStanding& standing) {
    std::vector<std::string> rows;
    for (const std::string& row : standing.rows) rows.push_back(printable(row, 64));
    return rows.empty() ? "no revision" : join(rows, ", ");
}

void show(App& app, const Outcome& outcome) {
    const size_t count = outcome.path.size();
    if (!app.global.quiet) {
        put_detail(app.out, "database",
                   fmt::format("{} ({}), at {}", outcome.scene.database, outcome.server,
                               rows_line(outcome.standing)));
        put_detail(app.out, "code", outcome.scene.next.where);
        put_detail(app.out, "target",
                   fmt::format("{}: {}", printable(outcome.target, 80),
                               printable(outcome.scene.next.map[outcome.path.back()].file.revision, 64)));
        app.out.line();
        put_plan(app, outcome.scene.next.map, outcome.plan, outcome.rehearsal());
        app.out.line();
    }
    std::string verdict = fmt::format("{} would run: {}", counted(count, "revision"),
                                      plan_summary(outcome.plan, outcome.rehearsal()));
    if (const auto* run = outcome.rehearsal())
        verdict +=
            run->failed
                ? fmt::format("; {} FAILS on a copy of the structure",
                              printable(outcome.scene.next.map[run->failed->revision].file.revision, 64))
                : "; all went through on a copy of the structure";
    if (app.global.quiet) return app.out.line(verdict), void();
    if (outcome.rehearsed) {
        for (const std::string& one : outcome.rehearsed->left_out)
            put_detail(app.out, "left out", "of the copy: " + one);
        for (const migration::ScratchLeftover& one : outcome.rehearsed->leftovers)
            put_detail(app.out, "leftover",
                       one.removed ? fmt::format("{}, of a run that was killed: removed", one.database)
                                   : fmt::format("{} is left alone: {}", one.database, one.why));
        put_detail(app.out, "note",
                   "the copy has no rows: what depends on them shows only in the upgrade itself");
    }
    for (const std::string& one : outcome.before) put_detail(app.out, "before", one);
    app.out.line(verdict);
}

// Nothing to plan: the exit code says which nothing.
ExitCode show_nothing(App& app, const Outcome& outcome, Mark mark, const std::string& sentence,
                      std::string_view next, ExitCode code) {
    if (app.global.json()) {
        app.emit("logbookctl/migrate_plan/1", to_json(outcome));
        return code;
    }
    put_finding(app.out, mark, sentence, fmt::format("migrate.{}", name_of(outcome.standing.standing)), next);
    return code;
}

// What an upgrade would meet, and a plan should say beforehand.
std::vector<std::string> first_things(const DatabaseDoor& door, const UpgradePlan& plan, bool native) {
    std::vector<std::string> list;
    if (contains(door.endpoint.password.reveal(), "%") && !native)
        list.emplace_back("change DB_PASSWORD: Alembic dies of the `%` in it");
    if (door.backend && door.backend->state == docker::ContainerState::running)
        list.push_back(
            fmt::format("stop {}: one that starts while the upgrade runs waits 300 s for its lock, and dies "
                        "(migrate upgrade --stop-backend does it)",
                        printable(door.backend->name, 80)));
    if (plan.steps_that(migration::Effect::destroys) > 0 || plan.untold() > 0)
        list.emplace_back("a backup: logbookctl migrate backup DIR");
    return list;
}

Result<std::vector<migration::OfflineStep>>
offline_steps(App& app, const Outcome& outcome, const migration::Alembic& alembic, const Stopped& stopped) {
    ProgressLine line(app.err, !app.global.quiet);
    migration::OfflineOrder order{alembic, outcome.scene.next.map, outcome.standing.current, outcome.path};
    order.progress = [&](size_t done) {
        line.show(
            fmt::format("Alembic {} tells its SQL: {} of {}", alembic.where(), done, order.path.size()));
    };
    order.stopped = stopped;
    return migration::render_offline(order, app.deadline);
}

// Tables in the middle of a change are no ground for a plan, and no structure to copy.
Status nobody_migrates(net::SqlSession& session, Deadline deadline) {
    const auto lock = session.query("SELECT IS_USED_LOCK('the_logbook_migrations') AS holder", deadline);
    if (!lock) return fail(lock.error());
    const std::string_view holder = lock->text(0, "holder");
    if (holder.empty()) return {};
    return fail(ErrorCode::conflict,
                fmt::format("a migration is running (connection {})", printable(holder, 20)),
                "plan again when it has ended: logbookctl migrate status");
}

ExitCode run_migrate_plan(App& app, const MigratePlanOptions& options) {
    // Whoever interrupts a rehearsal wants its copy gone.
    std::optional<StopSignals> signals;
    if (options.rehearse) signals.emplace(std::initializer_list<int>{SIGINT, SIGTERM, SIGHUP});
    bool was_stopped = false;
    const Stopped stopped = [&] {
        was_stopped = was_stopped || (signals && signals->wait(Millis(0)) != 0);
        return was_stopped;
    };
    app.take_by_default(options.rehearse ? longest_rehearsal : longest_plan);
    const auto found = open_upgrade_scene(app, options.chain, options.local, false, true);
    if (!found) return report_migrate(app, found.error());
    const MigrateScene* scene = &found->migrate;
    if (const Status read = scene->readable(); !read) return report_migrate(app, read.error());
    const auto standing = migration::judge_standing(scene->next.map, scene->facts);
    if (!standing) return report_migrate(app, standing.error());
    Outcome outcome{*scene, *standing, options.target, {}, {}, {}, {}};
    if (forbids(standing->standing))
        return show_nothing(app, outcome, Mark::fail, standing->why, "logbookctl migrate status",
                            ExitCode::problem);
    auto path = revision::upgrade_path(scene->next.map, standing->current, options.target);
    if (!path) return report_migrate(app, path.error());
    outcome.path = std::move(*path);
    const bool native = scene->next.native();
    if (outcome.path.empty())
        return show_nothing(
            app, outcome, Mark::pass,
            fmt::format("nothing to do: the database has all of {}", printable(options.target, 80)), {},
            ExitCode::ok);
    if (standing->standing == Standing::fresh && !native)
        return show_nothing(app, outcome, Mark::warn, standing->why, "start the backend: it makes the tables",
                            ExitCode::pending);

    const DatabaseDoor& door = found->door;
    const auto session = door.sql(app).connect(door.endpoint, app.deadline);
    if (!session) return report_migrate(app, session.error());
    if (const Status calm = nobody_migrates(**session, app.deadline); !calm)
        return report_migrate(app, calm.error());
    const auto schema = migration::read_schema(**session, door.endpoint.database, app.deadline);
    if (!schema) return report_migrate(app, schema.error());
    outcome.server = (*session)->server_version();
    std::unique_ptr<migration::Alembic> alembic;
    Result<std::vector<migration::OfflineStep>> steps =
        migration::native_steps(scene->next.map, outcome.path);
    if (!native) {
        auto place = open_alembic(app, *found);
        if (!place) return report_migrate(app, place.error());
        alembic = std::move(*place);
        steps = offline_steps(app, outcome, *alembic, stopped);
    }
    if (!steps) return report_migrate(app, steps.error());
    outcome.plan = migration::make_plan(*steps, *schema, migration::sql_server_of(outcome.server));
    outcome.before = first_things(door, outcome.plan, native);
    if (options.rehearse) {
        auto rehearsed =
            run_rehearsal(app, {scene->next.map, outcome.path, outcome.standing.rows, *schema, alembic.get()},
                          door, **session, stopped);
        if (!rehearsed) return report_migrate(app, rehearsed.error());
        outcome.rehearsed = std::move(*rehearsed);
    }
    if (app.global.json())
        app.emit("logbookctl/migrate_plan/1", to_json(outcome));
    else
        show(app, outcome);
    return outcome.rehearsed && outcome.rehearsed->run.failed ? ExitCode::problem : ExitCode::pending;
}

}  // namespace

void add_migrate_plan(const Command& parent) {
    const auto options = std::make_shared<MigratePlanOptions>();
    const Command cmd =
        parent.add_subcommand("plan", "Tell what an upgrade would do, before it is done", "Configure");
    cmd.add_option("TARGET", options->target, "As `alembic upgrade` takes it (default: head)").type_name("");
    add_chain_options(cmd, options->chain);
    cmd.add_flag("--local", options->local, "Run Alembic on this machine, not in the backend's container");
    cmd.add_flag("--rehearse", options->rehearse,
                 "Run the upgrade on a scratch copy of the structure, and tell what it really changes");
    cmd.set_help(
        {{{"logbookctl migrate plan", "what would run, in order, each statement judged"},
          {"logbookctl migrate plan --image logbook-backend:2026.9", "before an update: what would it do?"},
          {"logbookctl migrate plan --rehearse", "also run it, on a copy without rows"},
          {"logbookctl migrate plan +1 -v", "the next revision alone, every statement whole"}},
         {"0  nothing is pending",
          "1  wrong: an unknown revision, the wipe trap, a broken chain, no such TARGET, a revision that "
          "fails "
          "on the copy",
          "3  the database does not answer, or there is no Alembic to ask",
          "5  revisions are pending: this is the plan"},
         {"migrate status", "migrate backup", "migrate upgrade"},
         "Alembic itself writes the SQL of each revision (its offline mode), without a database; every "
         "statement "
         "of it is judged: destroys data, changes rows, rewrites a table, locks writers out, reads it, adds "
         "rows, "
         "instant; with the table's rows and size by the server's estimate. A revision that looks at the "
         "database "
         "first has no such SQL: it is \"not knowable offline\", and the others go on.\n\n"
         "--rehearse makes another database beside the real one (logbookctl_rehearsal_…: structure only, "
         "dropped "
         "at the end in every case), with an account that reaches nothing else; runs the upgrade there, "
         "revision by "
         "revision; and tells what each changed. It needs MYSQL_ROOT_PASSWORD, or an account of the "
         "application "
         "that may make databases and accounts. The real database is only read.\n\n"
         "A chain of plain SQL is planned from its own text: files whose first lines are `-- revision: 0002` "
         "and "
         "`-- down_revision: 0001`."});
    cmd.on_chosen([options](App& app) { return run_migrate_plan(app, *options); });
}

}  // namespace logbook::cli
