// `logbookctl migrate branches`: where the chain forks, in Alembic's own words.
#include <memory>

#include "commands/catalogue.h"
#include "logbook/revision/alembic_text.h"
#include "logbook/revision/revision_range.h"
#include "migrate_chain.h"

namespace logbook::cli {
namespace {

struct MigrateBranchesOptions {
    ChainOptions chain;
};

ExitCode run_migrate_branches(App& app, const MigrateBranchesOptions& options) {
    const auto map = open_chain(app, options.chain);
    if (!map) return report_chain(app, map.error());
    const auto revisions = revision::history(*map, {}, {});
    if (!revisions) return report_chain(app, revisions.error());
    if (app.global.json()) {
        Json::Array list;
        for (const revision::RevisionIndex index : *revisions)
            if ((*map)[index].is_branch_point()) list.push_back(to_json(*map, index));
        app.emit("logbookctl/migrate_branches/1", Json::object({{"branch_points", Json(std::move(list))}}));
    } else {
        print_lines(app, revision::branches_text(*map, *revisions, app.global.verbose));
    }
    return ExitCode::ok;
}

}  // namespace

void add_migrate_branches(const Command& parent) {
    const auto options = std::make_shared<MigrateBranchesOptions>();
    const Command cmd = parent.add_subcommand(
        "branches", "List where the chain forks, as `alembic branches` does", "Configure");
    add_chain_options(cmd, options->chain);
    cmd.set_help({{{"logbookctl migrate branches", "each fork, and what follows it"},
                   {"logbookctl migrate branches -v", "with paths and texts"}},
                  {"0  listed", "1  the chain is broken", "3  only running Python would tell"},
                  {"migrate heads", "migrate history"},
                  "The revision files are read, not run. The output is that of `alembic branches`; what "
                  "follows a fork stands in the order of the files, which Alembic leaves to chance."});
    cmd.on_chosen([options](App& app) { return run_migrate_branches(app, *options); });
}

}  // namespace logbook::cli
