// `logbookctl migrate current`: where the database is in the chain, in Alembic's own words.
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/revision/alembic_text.h"
#include "migrate_scene.h"

namespace logbook::cli {
namespace {

struct MigrateCurrentOptions {
    ChainOptions chain;
};

ExitCode run_migrate_current(App& app, const MigrateCurrentOptions& options) {
    const auto scene = open_migrate_scene(app, options.chain, false);
    if (!scene) return report_migrate(app, scene.error());
    const auto current = scene->current();
    if (!current) return report_migrate(app, current.error());
    if (app.global.json()) {
        Json::Array list;
        for (const revision::RevisionIndex index : *current) list.push_back(to_json(scene->next.map, index));
        app.emit("logbookctl/migrate_current/1", Json::object({{"database", scene->database},
                                                               {"code", scene->next.where},
                                                               {"current", Json(std::move(list))}}));
    } else {
        print_lines(app, revision::heads_text(scene->next.map, *current, app.global.verbose));
    }
    // Alembic prints nothing then, which reads like success.
    if (current->empty() && !app.global.quiet) {
        app.err.line(fmt::format("logbookctl: {} has no revision: {}", scene->database,
                                 scene->facts.revisions ? "`alembic_version` is empty"
                                                        : "the table `alembic_version` is missing"));
        app.err.line("  next: logbookctl migrate status");
    }
    return ExitCode::ok;
}

}  // namespace

void add_migrate_current(const Command& parent) {
    const auto options = std::make_shared<MigrateCurrentOptions>();
    const Command cmd = parent.add_subcommand(
        "current", "Print the revision of the database, as `alembic current` does", "Configure");
    add_chain_options(cmd, options->chain);
    cmd.set_help(
        {{{"logbookctl migrate current", "its revision, and whether that is a head"},
          {"logbookctl migrate current -v", "with parent, path and text"}},
         {"0  printed, and be it nothing", "1  the chain is broken, or does not have that revision",
          "3  the database does not answer, or only running Python would tell"},
         {"migrate status", "migrate heads"},
         "Asks the database for its alembic_version: at its published port, at its address on the engine's "
         "network, or with its own client inside its container.\n\n"
         "The output is that of `alembic current`. `migrate status` judges it."});
    cmd.on_chosen([options](App& app) { return run_migrate_current(app, *options); });
}

}  // namespace logbook::cli
