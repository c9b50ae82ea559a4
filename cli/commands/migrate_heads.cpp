// `logbookctl migrate heads`: where the chain ends, in Alembic's own words and a fraction of its time.
#include <memory>

#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/revision/alembic_text.h"
#include "migrate_chain.h"

namespace logbook::cli {
namespace {

struct MigrateHeadsOptions {
    ChainOptions chain;
    bool resolve_dependencies = false;
};

ExitCode run_migrate_heads(App& app, const MigrateHeadsOptions& options) {
    const auto map = open_chain(app, options.chain);
    if (!map) return report_chain(app, map.error());
    const auto& heads = options.resolve_dependencies ? map->real_heads() : map->heads();
    if (app.global.json()) {
        Json::Array list;
        for (const revision::RevisionIndex head : heads) list.push_back(to_json(*map, head));
        app.emit("logbookctl/migrate_heads/1",
                 Json::object({{"revisions", int64_t(map->all().size())}, {"heads", Json(std::move(list))}}));
    } else {
        print_lines(app, revision::heads_text(*map, heads, app.global.verbose));
    }
    // Scripts that switch from Alembic rely on exit code 0; that an upgrade would refuse must be said all the
    // same.
    if (heads.size() > 1 && !app.global.quiet) {
        app.err.line(
            fmt::format("logbookctl: there are {} heads: `upgrade head` would refuse", heads.size()));
        app.err.line("  next: logbookctl migrate branches");
    }
    return ExitCode::ok;
}

}  // namespace

void add_migrate_heads(const Command& parent) {
    const auto options = std::make_shared<MigrateHeadsOptions>();
    const Command cmd = parent.add_subcommand(
        "heads", "Print the revisions that nothing follows, as `alembic heads` does", "Configure");
    add_chain_options(cmd, options->chain);
    cmd.add_flag("--resolve-dependencies", options->resolve_dependencies,
                 "Leave out heads that another revision depends on");
    cmd.set_help(
        {{{"logbookctl migrate heads -C /srv/the-logbook", "the head of the code in that folder"},
          {"logbookctl migrate heads -v", "with parent, path and text"}},
         {"0  printed, however many there are", "1  the chain is broken",
          "3  only running Python would tell"},
         {"migrate history", "migrate branches", "migrate check"},
         "The revision files are read, not run: no Python, no database and no container are needed. What "
         "only running a file would tell is said by file and line.\n\n"
         "The output is that of `alembic heads`, line for line. Several heads are no failure to Alembic "
         "either; they are told on standard error.\n\n"
         "One circle is refused that Alembic does not notice: it would list an order that no upgrade can go "
         "by."});
    cmd.on_chosen([options](App& app) { return run_migrate_heads(app, *options); });
}

}  // namespace logbook::cli
