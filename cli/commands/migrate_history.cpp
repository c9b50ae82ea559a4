// `logbookctl migrate history`: the chain, children before parents, in Alembic's own words.
#include <memory>

#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/revision/alembic_text.h"
#include "logbook/revision/revision_range.h"
#include "migrate_chain.h"

namespace logbook::cli {
namespace {

struct MigrateHistoryOptions {
    ChainOptions chain;
    std::string range;
};

Result<std::pair<std::string, std::string>> ends_of(const std::string& range) {
    if (range.empty()) return std::pair<std::string, std::string>();
    const std::vector<std::string> ends = split(trim(range), ':');
    if (ends.size() != 2)
        return fail(ErrorCode::invalid, fmt::format("`{}` is not a range of revisions", printable(range, 80)),
                    "write OLD:NEW; either may be left out: -r 20260118_0001: , -r :head");
    return std::pair(ends[0], ends[1]);
}

ExitCode run_migrate_history(App& app, const MigrateHistoryOptions& options) {
    const auto ends = ends_of(options.range);
    if (!ends) {
        app.report(ends.error());
        return ExitCode::usage;
    }
    const auto map = open_chain(app, options.chain);
    if (!map) return report_chain(app, map.error());
    const auto revisions = revision::history(*map, ends->first, ends->second);
    if (!revisions) return report_chain(app, revisions.error());
    if (app.global.json()) {
        Json::Array list;
        for (const revision::RevisionIndex index : *revisions) list.push_back(to_json(*map, index));
        app.emit("logbookctl/migrate_history/1", Json::object({{"revisions", Json(std::move(list))}}));
    } else {
        print_lines(app, revision::history_text(*map, *revisions, app.global.verbose));
    }
    return ExitCode::ok;
}

}  // namespace

void add_migrate_history(CLI::App& parent, CommandLine& line) {
    const auto options = std::make_shared<MigrateHistoryOptions>();
    CLI::App* cmd =
        parent.add_subcommand("history", "List the revisions, newest first, as `alembic history` does");
    cmd->fallthrough();
    cmd->group("Configure");
    add_chain_options(*cmd, options->chain);
    cmd->add_option("-r,--rev-range", options->range,
                    "OLD:NEW, the first of them and the last; either may be left out")
        ->type_name("RANGE");
    line.help[cmd] = HelpText{
        {{"logbookctl migrate history -v", "every revision with its path and text"},
         {"logbookctl migrate history -r 20260119_0009:20260201_0016", "what stands between two"}},
        {"0  listed", "1  the chain is broken, or has no such revision", "2  no range",
         "3  only running Python would tell"},
        {"migrate heads", "migrate branches", "migrate check"},
        "The revision files are read, not run. The output is that of `alembic history`, line for line.\n\n"
        "OLD and NEW may be a full identifier or its beginning, a branch label, `head`, `heads` or `base`, "
        "each with "
        "`branch@` before it; NEW also `head-2`, `20260119_0009+2`, or `+2` counted from OLD; OLD also `-2` "
        "counted "
        "from the head: all by Alembic's rules."};
    cmd->callback(
        [&line, options] { line.run = [options](App& app) { return run_migrate_history(app, *options); }; });
}

}  // namespace logbook::cli
