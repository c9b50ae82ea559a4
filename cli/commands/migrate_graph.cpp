// `logbookctl migrate graph`: the chain as a picture.
#include <cstdlib>
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/host/child.h"
#include "logbook/migration/standing.h"
#include "logbook/revision/dot.h"
#include "migrate_scene.h"
#include "project.h"

namespace logbook::cli {
namespace {

constexpr size_t largest_picture = size_t(64) << 20;  // bytes

struct MigrateGraphOptions {
    ChainOptions chain;
    bool indicate_current = false, svg = false;
};

struct Graph {
    revision::RevisionMap map;
    std::optional<revision::Progress> progress;
};

Result<Graph> open_graph(App& app, const MigrateGraphOptions& options) {
    if (!options.indicate_current) {
        auto map = open_chain(app, options.chain);
        if (!map) return fail(map.error());
        return Graph{std::move(*map), {}};
    }
    auto scene = open_migrate_scene(app, options.chain, false);
    if (!scene) return fail(scene.error());
    if (const Status read = scene->readable(); !read) return fail(read.error());
    auto standing = migration::judge_standing(scene->next.map, scene->facts);
    if (!standing) return fail(standing.error());
    return Graph{std::move(scene->next.map),
                 revision::Progress{std::move(standing->current), std::move(standing->pending)}};
}

Json graph_json(const Graph& graph) {
    std::vector<bool> pending(graph.map.all().size()), current(graph.map.all().size());
    if (graph.progress) {
        for (const auto index : graph.progress->pending) pending[index] = true;
        for (const auto index : graph.progress->current) current[index] = true;
    }
    Json::Array list;
    for (revision::RevisionIndex i = 0; i < graph.map.all().size(); ++i) {
        Json one = to_json(graph.map, i);
        one.set("pending", graph.progress ? Json(bool(pending[i])) : Json());
        one.set("current", graph.progress ? Json(bool(current[i])) : Json());
        list.push_back(std::move(one));
    }
    return Json::object({{"revisions", Json(std::move(list))}});
}

Result<std::string> drawn(App& app, const std::string& dot) {
    const char* path = std::getenv("PATH");
    const auto program = host::find_program("dot", path ? path : "/usr/bin:/bin");
    if (!program)
        return fail(ErrorCode::not_found, "Graphviz, which draws the picture, is not installed",
                    "sudo apt-get install graphviz");
    host::ChildSpec spec;
    spec.argv = {program->string(), "-Tsvg"};
    spec.environment = whole_environment();
    const auto done = host::run(spec, dot, app.deadline, {largest_picture});
    if (!done) return fail(done.error());
    if (!done->end.success())
        return fail(ErrorCode::io, fmt::format("Graphviz failed with {}: {}", describe(done->end),
                                               printable(trim(done->err), 300)));
    return done->out;
}

ExitCode run_migrate_graph(App& app, const MigrateGraphOptions& options) {
    const auto graph = open_graph(app, options);
    if (!graph) return report_migrate(app, graph.error());
    if (app.global.json()) {
        app.emit("logbookctl/migrate_graph/1", graph_json(*graph));
        return ExitCode::ok;
    }
    std::string text = revision::dot_text(graph->map, graph->progress ? &*graph->progress : nullptr);
    if (options.svg) {
        auto picture = drawn(app, text);
        if (!picture) return app.report(picture.error());
        text = std::move(*picture);
    }
    app.out.put(text);
    return ExitCode::ok;
}

}  // namespace

void add_migrate_graph(const Command& parent) {
    const auto options = std::make_shared<MigrateGraphOptions>();
    const Command cmd = parent.add_subcommand("graph", "Draw the chain, as DOT or SVG", "Configure");
    add_chain_options(cmd, options->chain);
    cmd.add_flag("-i,--indicate-current", options->indicate_current,
                 "Ask the database: colour where it is, and what is pending");
    cmd.add_flag("--svg", options->svg, "Draw it, instead of writing DOT");
    cmd.set_help(
        {{{"logbookctl migrate graph --svg > chain.svg", "every revision, newest at the top"},
          {"logbookctl migrate graph -i --svg > chain.svg", "with what is pending in yellow"},
          {"logbookctl migrate graph | dot -Tpdf > chain.pdf", "any other form that Graphviz knows"}},
         {"0  written", "1  the chain is broken, or Graphviz is not there",
          "3  the database does not answer, or only running Python would tell"},
         {"migrate history", "migrate status"},
         "Heads have a double border; an arrow leads to what a revision follows, a dashed one to "
         "what it depends "
         "on. SVG is drawn by Graphviz (the package graphviz); DOT needs nothing."});
    cmd.on_chosen([options](App& app) { return run_migrate_graph(app, *options); });
}

}  // namespace logbook::cli
