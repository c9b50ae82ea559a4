// `logs scan`: what is wrong according to the logs, each kind once, with its cause and the way to its fix.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/logscan/merge.h"
#include "logbook/runbook/log_findings.h"
#include "logs_sources.h"
#include "site_runbook.h"
#include "view/record_writer.h"

namespace logbook::cli {
namespace {

using logscan::Group;
using logscan::Record;
using runbook::LogFindings;
using runbook::LogKind;

struct LogsScanOptions {
    LogsOptions logs;
    SelectOptions select;
};

constexpr size_t most_shown = 40;

std::string clock_time(const std::optional<WallTime>& time) {
    return time ? iso8601(*time).substr(11, 8) : "–";
}

void print_kind(Stream& out, const LogKind& kind) {
    const Group& group = *kind.group;
    const Ink ink = !kind.entry ? Ink::plain : kind.entry->weight >= 8 ? Ink::red : Ink::yellow;
    const std::string count = fmt::format("×{}", group.count);
    out.put(fmt::format("{}{}  last {}  {}  ",
                        std::string(7 - std::min<size_t>(7, display_width(count)), ' '),
                        out.inked(Ink::bold, count), clock_time(group.last), group.example.service));
    out.line(out.inked(ink, kind.entry ? kind.entry->slug : "not in the runbook"));
    const std::string margin(9, ' ');
    const size_t width = std::max<size_t>(out.terminal().width, 40) - margin.size();
    if (kind.entry) out.line(margin + printable(kind.entry->title, width));
    out.line(margin + out.inked(Ink::dim, printable(kind.said, width - 1)));
    if (kind.entry) out.line(margin + out.inked(Ink::cyan, "logbookctl explain " + kind.entry->slug));
}

Json kind_json(const LogKind& kind, const runbook::Facts& facts) {
    const Group& group = *kind.group;
    Json json = Json::object({{"count", group.count},
                              {"first", group.first ? Json(iso8601(*group.first, true)) : Json()},
                              {"last", group.last ? Json(iso8601(*group.last, true)) : Json()},
                              {"service", group.example.service},
                              {"said", printable(kind.said, 400)},
                              {"fingerprint", printable(group.key.substr(group.key.rfind('\n') + 1), 400)},
                              {"example", record_json(group.example)}});
    if (!kind.entry) {
        json.set("slug", Json()).set("title", "").set("meaning", "").set("fix", Json(Json::Array{}));
        return json;
    }
    const runbook::Entry entry = runbook::filled(*kind.entry, facts);
    Json fix = Json(Json::Array{});
    for (const runbook::Step& step : entry.fix)
        fix.push(Json::object(
            {{"text", step.text}, {"command", step.command}, {"risk", runbook::name_of(step.risk)}}));
    json.set("slug", entry.slug)
        .set("title", entry.title)
        .set("meaning", entry.meaning)
        .set("fix", std::move(fix));
    return json;
}

void show(App& app, const LogFindings& findings, const logscan::SourceStats& stats, Millis took) {
    const std::vector<LogKind> kinds = findings.kinds();
    if (app.global.json()) {
        Json list = Json(Json::Array{}), problems = Json(Json::Array{});
        const runbook::Facts facts = runbook_facts(app.global);
        for (const LogKind& kind : kinds) list.push(kind_json(kind, facts));
        for (const Error& problem : stats.problems) problems.push(problem.what);
        app.emit("logbookctl/logs_scan/1", Json::object({{"kinds", std::move(list)},
                                                         {"records", findings.records()},
                                                         {"others", findings.others()},
                                                         {"lines", stats.lines},
                                                         {"bytes", stats.bytes},
                                                         {"problems", std::move(problems)}}));
        return;
    }
    if (!app.global.quiet) {
        for (size_t i = 0; i < std::min(kinds.size(), most_shown); ++i) print_kind(app.out, kinds[i]);
        if (kinds.size() > most_shown)
            app.out.line(fmt::format("         … and {} more (-o json shows all)",
                                     counted(kinds.size() - most_shown, "kind")));
    }
    app.out.line(kinds.empty() ? fmt::format("nothing known to be wrong in {} lines ({})", stats.lines,
                                             volume_of(stats, took))
                               : fmt::format("{} in {} of {} lines ({})", counted(kinds.size(), "kind"),
                                             counted(size_t(findings.records()), "record"), stats.lines,
                                             volume_of(stats, took)));
}

ExitCode run_logs_scan(App& app, const LogsScanOptions& options) {
    auto wanted = filter_options(app, options.select);
    if (!wanted) return usage_error(app, wanted.error());
    auto filter = logscan::Filter::make(std::move(*wanted));
    if (!filter) return usage_error(app, filter.error());
    const runbook::Catalogue catalogue = catalogue_with_site_entries(app);
    auto fragments = catalogue.fragments();
    if (!fragments) return app.report(fragments.error());
    logscan::Interest interest = filter->interest();
    if (!interest.fragments) interest.fragments = std::move(*fragments);

    const auto start = app.seams.clock.steady();
    auto sources = open_sources(app, options.logs, interest);
    if (!sources) return report(app, sources.error());
    logscan::Merge merge(std::move(*sources));
    LogFindings findings(catalogue);
    Error ended;
    for (Record record;;) {
        const auto more = merge.next(record, app.deadline);
        if (!more) ended = more.error();
        if (!more || !*more) break;
        if (filter->wants(record)) findings.add(record);
    }
    logscan::SourceStats stats = merge.stats();
    if (!ended.what.empty()) stats.problems.push_back(ended);
    show(app, findings, stats, std::chrono::duration_cast<Millis>(app.seams.clock.steady() - start));
    const bool cut = tell_problems(app, stats);
    if (!ended.what.empty()) return exit_code_for(ended);
    return cut || findings.records() > 0 ? ExitCode::problem : ExitCode::ok;
}

}  // namespace

void add_logs_scan(const Command& parent) {
    const auto options = std::make_shared<LogsScanOptions>();
    const Command cmd =
        parent.add_subcommand("scan", "Look for everything that the runbook knows, each kind once");
    add_logs_options(cmd, options->logs, false);
    add_select_options(cmd, options->select);
    cmd.set_help(
        {{{"logbookctl logs scan --since 1h", "what went wrong in the last hour, in all services"},
          {"logbookctl logs scan -f app.log --rotated", "a log with its rotated parts"}},
         {"0  nothing was found", "1  something was found, or a log could not be read to its end",
          "124  the deadline passed"},
         {"explain", "doctor", "logs grep", "logbook-runbook(7)"},
         "Every signature of the runbook, a site's own included, is looked for in one pass. Records "
         "that say the same "
         "are one kind: ids, numbers and quoted values do not count, and a traceback is known by its "
         "exception and its "
         "last frames. What puts data at stake comes first; errors that the runbook does not know "
         "come last.\n\n"
         "`logbookctl explain SLUG` tells the cause and the safe fix of a kind; -o json holds both."});
    cmd.on_chosen([options](App& app) { return run_logs_scan(app, *options); });
}

}  // namespace logbook::cli
