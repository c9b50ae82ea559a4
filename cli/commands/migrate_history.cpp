// `logbookctl migrate history`: the chain, children before parents, in Alembic's own words.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/revision/alembic_text.h"
#include "logbook/revision/revision_range.h"
#include "migrate_scene.h"

namespace logbook::cli {
namespace {

struct MigrateHistoryOptions {
    ChainOptions chain;
    std::string range;
    bool indicate_current = false;
};

constexpr std::string_view current_word = "current";

Result<std::pair<std::string, std::string>> ends_of(const std::string& range) {
    if (range.empty()) return std::pair<std::string, std::string>();
    const std::vector<std::string> ends = split(trim(range), ':');
    if (ends.size() != 2)
        return fail(ErrorCode::invalid, fmt::format("`{}` is not a range of revisions", printable(range, 80)),
                    "write OLD:NEW; either may be left out: -r 20260118_0001: , -r :head");
    return std::pair(ends[0], ends[1]);
}

// The chain, and where the database is in it; nothing where it was not asked.
struct AskedChain {
    revision::RevisionMap map;
    std::optional<std::vector<std::string>> current;
};

Result<AskedChain> without_current(App& app, const MigrateHistoryOptions& options) {
    auto map = open_chain(app, options.chain);
    if (!map) return fail(map.error());
    return AskedChain{std::move(*map), {}};
}

// The word `current` in `ends` becomes the database's revision.
Result<AskedChain> with_current(App& app, const MigrateHistoryOptions& options,
                                std::pair<std::string, std::string>& ends) {
    auto scene = open_migrate_scene(app, options.chain, false);
    if (!scene) return fail(scene.error());
    const auto rows = scene->current();
    if (!rows) return fail(rows.error());
    AskedChain chain;
    chain.current.emplace();
    for (const revision::RevisionIndex row : *rows)
        chain.current->push_back(scene->next.map[row].file.revision);
    for (std::string* end : {&ends.first, &ends.second}) {
        if (*end != current_word) continue;
        if (chain.current->size() > 1)
            return fail(ErrorCode::conflict,
                        fmt::format("`current` means {} revisions: {}", chain.current->size(),
                                    join(*chain.current, ", ")),
                        "name one of them");
        *end = chain.current->empty() ? "base" : chain.current->front();
    }
    chain.map = std::move(scene->next.map);
    return chain;
}

ExitCode run_migrate_history(App& app, const MigrateHistoryOptions& options) {
    auto ends = ends_of(options.range);
    if (!ends) {
        app.report(ends.error());
        return ExitCode::usage;
    }
    const bool ask = options.indicate_current || ends->first == current_word || ends->second == current_word;
    auto chain = ask ? with_current(app, options, *ends) : without_current(app, options);
    if (!chain) return report_migrate(app, chain.error());
    const revision::RevisionMap* map = &chain->map;
    const auto revisions = revision::history(*map, ends->first, ends->second);
    if (!revisions) return report_chain(app, revisions.error());
    if (app.global.json()) {
        Json::Array list;
        for (const revision::RevisionIndex index : *revisions) {
            Json one = to_json(*map, index);
            const auto& current = chain->current;
            const bool here = current && std::find(current->begin(), current->end(),
                                                   (*map)[index].file.revision) != current->end();
            list.push_back(one.set("current", current ? Json(here) : Json()));
        }
        app.emit("logbookctl/migrate_history/1", Json::object({{"revisions", Json(std::move(list))}}));
    } else {
        print_lines(app, revision::history_text(*map, *revisions, app.global.verbose,
                                                options.indicate_current ? *chain->current
                                                                         : std::vector<std::string>()));
    }
    return ExitCode::ok;
}

}  // namespace

void add_migrate_history(const Command& parent) {
    const auto options = std::make_shared<MigrateHistoryOptions>();
    const Command cmd = parent.add_subcommand(
        "history", "List the revisions, newest first, as `alembic history` does", "Configure");
    add_chain_options(cmd, options->chain);
    cmd.add_option("-r,--rev-range", options->range,
                   "OLD:NEW, the first of them and the last; either may be left out")
        .type_name("RANGE");
    cmd.add_flag("-i,--indicate-current", options->indicate_current,
                 "Ask the database, and mark where it is");
    cmd.set_help(
        {{{"logbookctl migrate history -v", "every revision with its path and text"},
          {"logbookctl migrate history -r 20260119_0009:20260201_0016", "what stands between two"},
          {"logbookctl migrate history -r current:head", "from the revision of the database on"}},
         {"0  listed", "1  the chain is broken, or has no such revision", "2  no range",
          "3  the database does not answer, or only running Python would tell"},
         {"migrate heads", "migrate branches", "migrate check"},
         "The revision files are read, not run. The output is that of `alembic history`, line for line.\n\n"
         "OLD and NEW may be a full identifier or its beginning, a branch label, `head`, `heads` or `base`, "
         "each with "
         "`branch@` before it; NEW also `head-2`, `20260119_0009+2`, or `+2` counted from OLD; OLD also `-2` "
         "counted "
         "from the head; `current` is the database's: all by Alembic's rules."});
    cmd.on_chosen([options](App& app) { return run_migrate_history(app, *options); });
}

}  // namespace logbook::cli
