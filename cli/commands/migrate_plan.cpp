// `logbookctl migrate plan`: what an upgrade would do, statement by statement, before it is done.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "alembic_place.h"
#include "commands/catalogue.h"
#include "database_door.h"
#include "logbook/base/text.h"
#include "logbook/migration/standing.h"
#include "logbook/migration/upgrade_plan.h"
#include "logbook/revision/revision_range.h"
#include "migrate_scene.h"
#include "view/finding_lines.h"
#include "view/plan_view.h"
#include "view/progress_line.h"

namespace logbook::cli {
namespace {

using migration::ChainStanding;
using migration::Standing;
using migration::UpgradePlan;
using revision::RevisionIndex;

constexpr Millis longest_plan{std::chrono::minutes(15)};

struct MigratePlanOptions {
    ChainOptions chain;
    std::string target = "head";
    bool local = false;
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

Json to_json(const Outcome& outcome) {
    Json::Array rows, before;
    for (const std::string& row : outcome.standing.rows) rows.emplace_back(row);
    for (const std::string& one : outcome.before) before.emplace_back(one);
    const UpgradePlan& plan = outcome.plan;
    return Json::object({{"standing", name_of(outcome.standing.standing)},
                         {"why", outcome.standing.why},
                         {"database", outcome.scene.database},
                         {"server", outcome.server.empty() ? Json() : Json(outcome.server)},
                         {"code", outcome.scene.next.where},
                         {"rows", Json(std::move(rows))},
                         {"target", outcome.target},
                         {"steps", plan_json(outcome.scene.next.map, plan)},
                         {"not_knowable", int64_t(plan.untold())},
                         {"destroys", int64_t(plan.steps_that(migration::Effect::destroys))},
                         {"rewrites", int64_t(plan.steps_that(migration::Effect::rewrites))},
                         {"before", Json(std::move(before))}});
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
        put_plan(app, outcome.scene.next.map, outcome.plan);
        app.out.line();
    }
    app.out.line(fmt::format("{} would run: {}", counted(count, "revision"), plan_summary(outcome.plan)));
    if (app.global.quiet) return;
    for (const std::string& one : outcome.before) put_detail(app.out, "before", one);
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

Result<std::vector<migration::OfflineStep>> offline_steps(App& app, const Outcome& outcome,
                                                          const DatabaseDoor& door, bool local) {
    const auto alembic = open_alembic(app, outcome.scene.next, door, local);
    if (!alembic) return fail(alembic.error());
    ProgressLine line(app.err, !app.global.quiet);
    migration::OfflineOrder order{**alembic, outcome.scene.next.map, outcome.standing.current, outcome.path};
    order.progress = [&](size_t done) {
        line.show(fmt::format("asking Alembic {} for its SQL: {} of {}", (*alembic)->where(), done,
                              order.path.size()));
    };
    return migration::render_offline(order, app.deadline);
}

ExitCode run_migrate_plan(App& app, const MigratePlanOptions& options) {
    app.take_by_default(longest_plan);
    const auto scene = open_migrate_scene(app, options.chain, false);
    if (!scene) return report_migrate(app, scene.error());
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
    const auto native = migration::is_native(scene->next.map, outcome.path);
    if (!native) return report_migrate(app, native.error());
    if (outcome.path.empty())
        return show_nothing(
            app, outcome, Mark::pass,
            fmt::format("nothing to do: the database has all of {}", printable(options.target, 80)), {},
            ExitCode::ok);
    if (standing->standing == Standing::fresh && !*native)
        return show_nothing(app, outcome, Mark::warn, standing->why, "start the backend: it makes the tables",
                            ExitCode::pending);

    const auto door = open_database_door(app);
    if (!door) return report_migrate(app, door.error());
    const auto session = door->sql(app).connect(door->endpoint, app.deadline);
    if (!session) return report_migrate(app, session.error());
    const auto schema = migration::read_schema(**session, door->endpoint.database, app.deadline);
    if (!schema) return report_migrate(app, schema.error());
    outcome.server = (*session)->server_version();
    const auto steps = *native ? Result<std::vector<migration::OfflineStep>>(
                                     migration::native_steps(scene->next.map, outcome.path))
                               : offline_steps(app, outcome, *door, options.local);
    if (!steps) return report_migrate(app, steps.error());
    outcome.plan = migration::make_plan(*steps, *schema, migration::sql_server_of(outcome.server));
    outcome.before = first_things(*door, outcome.plan, *native);
    if (app.global.json())
        app.emit("logbookctl/migrate_plan/1", to_json(outcome));
    else
        show(app, outcome);
    return ExitCode::pending;
}

}  // namespace

void add_migrate_plan(const Command& parent) {
    const auto options = std::make_shared<MigratePlanOptions>();
    const Command cmd =
        parent.add_subcommand("plan", "Tell what an upgrade would do, before it is done", "Configure");
    cmd.add_option("TARGET", options->target, "As `alembic upgrade` takes it (default: head)").type_name("");
    add_chain_options(cmd, options->chain);
    cmd.add_flag("--local", options->local, "Run Alembic on this machine, not in the backend's container");
    cmd.set_help(
        {{{"logbookctl migrate plan", "what would run, in order, each statement judged"},
          {"logbookctl migrate plan --image logbook-backend:2026.9", "before an update: what would it do?"},
          {"logbookctl migrate plan +1 -v", "the next revision alone, every statement whole"}},
         {"0  nothing is pending",
          "1  wrong: an unknown revision, the wipe trap, a broken chain, no such TARGET",
          "3  the database does not answer, or there is no Alembic to ask",
          "5  revisions are pending: this is the plan"},
         {"migrate status", "migrate backup", "migrate history"},
         "Alembic itself writes the SQL of each revision (its offline mode), without a database; then every "
         "statement "
         "is judged: destroys data, changes rows, rewrites a table, locks writers out, reads it, adds rows, "
         "instant, with "
         "the table's rows and size as the server estimates them. A revision that looks at the database "
         "first has no such "
         "SQL: it is \"not knowable offline\", and the others go on.\n\n"
         "Nothing is changed. A chain of plain SQL files is planned from their own text."});
    cmd.on_chosen([options](App& app) { return run_migrate_plan(app, *options); });
}

}  // namespace logbook::cli
