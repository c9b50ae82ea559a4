// `logbookctl migrate status`: how the database stands to the code that starts next, and what to do about it.
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/migration/standing.h"
#include "migrate_scene.h"
#include "view/finding_lines.h"

namespace logbook::cli {
namespace {

using migration::ChainStanding;
using migration::Standing;
using revision::RevisionIndex;
using revision::RevisionMap;

constexpr size_t most_pending_lines = 20;

struct MigrateStatusOptions {
    ChainOptions chain;
};

struct Status {
    const MigrateScene& scene;
    ChainStanding standing;
    std::string last_known, told_by;  // of a database that is ahead of the code
};

ExitCode exit_code_of(Standing standing) {
    switch (standing) {
    case Standing::at_head:
        return ExitCode::ok;
    case Standing::pending:
    case Standing::fresh:
        return ExitCode::pending;
    case Standing::wipe_trap:
    case Standing::unknown_revision:
    case Standing::several_rows:
    case Standing::several_heads:
    case Standing::too_long:
        return ExitCode::problem;
    case Standing::unread:
        return ExitCode::unknown;
    }
    return ExitCode::unknown;
}

void find_last_known(Status& status) {
    const MigrateScene& scene = status.scene;
    for (const std::string& unknown : status.standing.unknown) {
        if (scene.running) {
            status.last_known = migration::last_known_by(scene.next.map, scene.running->map, unknown);
            status.told_by = scene.running->where;
        }
        if (status.last_known.empty()) {
            status.last_known =
                migration::last_known_by_log(scene.next.map, scene.scene->backend_log(), unknown);
            status.told_by = "the backend's log";
        }
        if (!status.last_known.empty()) return;
    }
    status.told_by.clear();
}

// What to do, and what never.
std::string next_step(const Status& status) {
    switch (status.standing.standing) {
    case Standing::at_head:
        return {};
    case Standing::unread: {
        const auto& unread = status.scene.facts.unread;
        return unread && !unread->hint.empty() ? unread->hint : "`logbookctl doctor` names the cause";
    }
    case Standing::pending:
        return "logbookctl migrate upgrade --backup DIR --stop-backend  (what they do: logbookctl migrate "
               "plan)";
    case Standing::fresh:
        return "start the backend: it makes the tables";
    case Standing::wipe_trap:
        return "do not restart the backend, and do not pull or edit its code; `logbookctl doctor` tells the "
               "way out, which ends with `logbookctl migrate record`";
    case Standing::unknown_revision: {
        std::string step =
            "do not delete the row and do not stamp: the backend would take the database for a "
            "fresh one, or run migrations twice. ";
        if (status.scene.running && !status.told_by.empty() && status.told_by == status.scene.running->where)
            step += fmt::format("{} has that revision: start that release again, not an older one",
                                status.scene.running->where);
        else
            step += "Start the release that has this revision, or restore a backup made before it";
        return step;
    }
    case Standing::several_rows:
        return "delete none of them by hand: `logbookctl migrate history --indicate-current` shows where "
               "each "
               "stands";
    case Standing::several_heads:
        return "the code needs a merge revision: `logbookctl migrate branches` shows where it forks";
    case Standing::too_long:
        return "give it a shorter identifier before any database runs it: `logbookctl migrate check`";
    }
    return {};
}

std::string heads_of(const RevisionMap& map) {
    std::vector<std::string> ids;
    for (const RevisionIndex head : map.heads()) ids.push_back(printable(map[head].file.revision, 64));
    return join(ids, ", ");
}

std::string code_line(const Code& code) {
    return fmt::format("{} · {}, {} {}", code.where, counted(code.map.all().size(), "revision"),
                       code.map.heads().size() == 1 ? "head" : "heads", heads_of(code.map));
}

std::string rows_line(const ChainStanding& standing) {
    if (standing.rows.empty()) return "none";
    std::vector<std::string> rows;
    for (const std::string& row : standing.rows) rows.push_back(printable(row, 64));
    return join(rows, ", ");
}

void show(App& app, const Status& status) {
    const MigrateScene& scene = status.scene;
    const ChainStanding& standing = status.standing;
    if (!app.global.quiet) {
        put_detail(app.out, "database", scene.database);
        if (standing.standing != Standing::unread) put_detail(app.out, "revision", rows_line(standing));
        put_detail(app.out, "code", code_line(scene.next));
        if (scene.running) put_detail(app.out, "runs", code_line(*scene.running));
        if (!scene.running_untold.empty())
            put_detail(app.out, "runs", "an older code: " + scene.running_untold);
        app.out.line();
    }
    const ExitCode code = exit_code_of(standing.standing);
    const Mark mark = code == ExitCode::ok        ? Mark::pass
                      : code == ExitCode::pending ? Mark::warn
                      : code == ExitCode::unknown ? Mark::note
                                                  : Mark::fail;
    put_finding(app.out, mark, standing.why, fmt::format("migrate.{}", name_of(standing.standing)),
                next_step(status));
    if (!status.last_known.empty())
        put_detail(app.out, "left at",
                   fmt::format("{}, the newest revision that this code has, by {}",
                               printable(status.last_known, 64), status.told_by));
    if (app.global.quiet || standing.standing == Standing::fresh) return;
    const size_t shown =
        app.global.verbose ? standing.pending.size() : std::min(standing.pending.size(), most_pending_lines);
    if (shown > 0) app.out.line();
    for (size_t i = 0; i < shown; ++i) {
        const auto& file = scene.next.map[standing.pending[i]].file;
        app.out.line(fmt::format("  {}  {}", printable(file.revision, 64), printable(file.title(), 120)));
    }
    if (shown < standing.pending.size())
        app.out.line(app.out.inked(
            Ink::dim, fmt::format("  … and {} more: -v lists them", standing.pending.size() - shown)));
}

Json to_json(const Code& code) {
    Json::Array heads;
    for (const RevisionIndex head : code.map.heads()) heads.emplace_back(code.map[head].file.revision);
    return Json::object({{"where", code.where},
                         {"revisions", int64_t(code.map.all().size())},
                         {"heads", Json(std::move(heads))}});
}

Json to_json(const Status& status) {
    const ChainStanding& standing = status.standing;
    const auto texts = [](const std::vector<std::string>& list) {
        Json::Array array;
        for (const std::string& text : list) array.emplace_back(text);
        return Json(std::move(array));
    };
    Json::Array pending;
    for (const RevisionIndex index : standing.pending) {
        const auto& file = status.scene.next.map[index].file;
        pending.push_back(Json::object({{"revision", file.revision}, {"title", file.title()}}));
    }
    const std::string step = next_step(status);
    const Standing verdict = standing.standing;
    const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    return Json::object(
        {{"standing", name_of(verdict)},
         {"why", standing.why},
         {"next", or_null(step)},
         {"database", status.scene.database},
         {"table_exists",
          verdict == Standing::unread ? Json() : Json(status.scene.facts.revisions.has_value())},
         {"rows", texts(standing.rows)},
         {"unknown", texts(standing.unknown)},
         {"last_known", or_null(status.last_known)},
         {"last_known_by", or_null(status.told_by)},
         {"applied", int64_t(standing.applied)},
         {"pending", Json(std::move(pending))},
         {"code", to_json(status.scene.next)},
         {"running", status.scene.running ? to_json(*status.scene.running) : Json()},
         {"running_untold", or_null(status.scene.running_untold)}});
}

ExitCode run_migrate_status(App& app, const MigrateStatusOptions& options) {
    const auto scene = open_migrate_scene(app, options.chain, true);
    if (!scene) return report_migrate(app, scene.error());
    auto standing = migration::judge_standing(scene->next.map, scene->facts);
    if (!standing) return report_migrate(app, standing.error());
    Status status{*scene, std::move(*standing), {}, {}};
    find_last_known(status);
    if (app.global.json())
        app.emit("logbookctl/migrate_status/1", to_json(status));
    else
        show(app, status);
    return exit_code_of(status.standing.standing);
}

}  // namespace

void add_migrate_status(const Command& parent) {
    const auto options = std::make_shared<MigrateStatusOptions>();
    const Command cmd =
        parent.add_subcommand("status", "Hold the database against the code that starts next", "Configure");
    add_chain_options(cmd, options->chain);
    cmd.set_help(
        {{{"logbookctl migrate status", "what is applied, what is pending, what is wrong"},
          {"logbookctl migrate status --image logbook-backend:2.1", "before an update: what would it bring?"},
          {"logbookctl migrate status -q || echo \"exit code $?\"", "in scripts"}},
         {"0  at the code's head", "1  wrong: an unknown revision, several, the wipe trap, a broken chain",
          "3  the database does not answer, or only running Python would tell", "5  revisions are pending"},
         {"migrate current", "migrate check", "doctor"},
         "The code that starts next decides: what is mounted into the backend's container, the image that "
         "its "
         "name means by now, else the project's folder. What runs now is told where it differs.\n\n"
         "A revision that the code does not have means that the database is ahead of it, after a step back "
         "to an older release: where it left this code is told, by the code that runs or by the backend's "
         "log."});
    cmd.on_chosen([options](App& app) { return run_migrate_status(app, *options); });
}

}  // namespace logbook::cli
