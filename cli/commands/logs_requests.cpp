// `logs requests`: which route is slow, or fails, by the backend's own request lines.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "logbook/logscan/fragment.h"
#include "logbook/logscan/merge.h"
#include "logbook/logscan/requests.h"
#include "logs_sources.h"
#include "view/record_writer.h"

namespace logbook::cli {
namespace {

using logscan::RouteFigures;

struct LogsRequestsOptions {
    LogsOptions logs;
    SelectOptions select;
    size_t top = 20;
};

Json route_json(const RouteFigures& route) {
    return Json::object({{"route", printable(route.route)},
                         {"count", route.count},
                         {"server_errors", route.server_errors},
                         {"client_errors", route.client_errors},
                         {"p50_ms", route.p50},
                         {"p95_ms", route.p95},
                         {"slowest_ms", route.slowest},
                         {"slowest_id", printable(route.slowest_id)},
                         {"slowest_at", route.slowest_at ? Json(iso8601(*route.slowest_at, true)) : Json()}});
}

void show(App& app, const logscan::RequestTable& table, const logscan::SourceStats& stats, size_t top,
          Millis took) {
    const std::vector<RouteFigures> routes = table.slowest_first();
    if (app.global.json()) {
        Json list = Json(Json::Array{}), problems = Json(Json::Array{});
        for (const RouteFigures& route : routes) list.push(route_json(route));
        for (const Error& problem : stats.problems) problems.push(problem.what);
        app.emit("logbookctl/logs_requests/1", Json::object({{"routes", std::move(list)},
                                                             {"requests", table.requests()},
                                                             {"lines", stats.lines},
                                                             {"bytes", stats.bytes},
                                                             {"problems", std::move(problems)}}));
        return;
    }
    Stream& out = app.out;
    if (!routes.empty() && !app.global.quiet) {
        out.line(out.inked(Ink::dim, fmt::format("{:>7} {:>6} {:>6} {:>7} {:>7} {:>8}  {}", "count", "5xx",
                                                 "4xx", "p50 ms", "p95 ms", "slowest",
                                                 "route, and the slowest request's id")));
        for (size_t i = 0; i < std::min(top, routes.size()); ++i) {
            const RouteFigures& route = routes[i];
            out.put(fmt::format("{:>7} ", route.count));
            out.put(out.inked(route.server_errors > 0 ? Ink::red : Ink::plain,
                              fmt::format("{:>6}", route.server_errors)));
            out.line(fmt::format(" {:>6} {:>7} {:>7} {:>8}  {}  {}", route.client_errors, route.p50,
                                 route.p95, route.slowest, printable(route.route),
                                 out.inked(Ink::dim, printable(route.slowest_id))));
        }
        if (routes.size() > top)
            out.line(fmt::format("        … and {} more (--top, or -o json)",
                                 counted(routes.size() - top, "route")));
        const auto slowest =
            std::max_element(routes.begin(), routes.end(), [](const RouteFigures& a, const RouteFigures& b) {
                return a.slowest < b.slowest;
            });
        // A caller chooses the id of his request, and the command is there to be pasted.
        if (!slowest->slowest_id.empty())
            out.line("all of the slowest one: " +
                     out.inked(Ink::cyan,
                               "logbookctl logs grep --rid " + shell_quoted(printable(slowest->slowest_id))));
    }
    out.line(fmt::format("{} on {}, {} lines ({})", counted(size_t(table.requests()), "request"),
                         counted(routes.size(), "route"), stats.lines, volume_of(stats, took)));
}

ExitCode run_logs_requests(App& app, const LogsRequestsOptions& options) {
    auto wanted = filter_options(app, options.select);
    if (!wanted) return usage_error(app, wanted.error());
    auto filter = logscan::Filter::make(std::move(*wanted));
    if (!filter) return usage_error(app, filter.error());
    logscan::Interest interest = filter->interest();
    if (!interest.fragments) {
        auto lines = logscan::PatternSet::compile({" \\d\\d\\d \\(\\d+ms\\)"}, logscan::ScanUnit::block);
        if (!lines) return app.report(lines.error());
        interest.fragments = std::move(*lines);
    }
    const auto start = app.seams.clock.steady();
    LogsOptions logs = options.logs;
    if (logs.files.empty() && logs.services.empty()) logs.services = {"backend"};
    auto sources = open_sources(app, logs, interest);
    if (!sources) return report(app, sources.error());
    logscan::Merge merge(std::move(*sources));
    logscan::RequestTable table;
    Error ended;
    for (logscan::Record record;;) {
        const auto more = merge.next(record, app.deadline);
        if (!more) ended = more.error();
        if (!more || !*more) break;
        if (filter->wants(record)) table.add(record);
    }
    logscan::SourceStats stats = merge.stats();
    if (!ended.what.empty()) stats.problems.push_back(ended);
    show(app, table, stats, options.top,
         std::chrono::duration_cast<Millis>(app.seams.clock.steady() - start));
    const bool cut = tell_problems(app, stats);
    if (!ended.what.empty()) return exit_code_for(ended);
    return cut ? ExitCode::problem : ExitCode::ok;
}

}  // namespace

void add_logs_requests(const Command& parent) {
    const auto options = std::make_shared<LogsRequestsOptions>();
    const Command cmd = parent.add_subcommand(
        "requests", "Which route is slow or fails: count, errors, p50, p95, the slowest");
    add_logs_options(cmd, options->logs, false);
    add_select_options(cmd, options->select);
    cmd.add_option("--top", options->top, "Print so many routes (default 20)")
        .range(1, logscan::RequestTable::most_routes)
        .type_name("N");
    cmd.set_help(
        {{{"logbookctl logs requests --since 1h", "the slowest routes of the last hour"},
          {"logbookctl logs grep --rid 48a292f86dfe456a", "then all that the slowest request wrote"}},
         {"0  counted", "1  a log could not be read to its end", "124  the deadline passed"},
         {"logs grep", "health"},
         "Without -f, the backend's log is read. Taken from the backend's request lines, `GET /api/v1/users "
         "→ "
         "200 (35ms) [rid=…]`, which it writes "
         "for every "
         "request but health checks; ids in a path are one route. An unhandled error has no such line: "
         "`logbookctl logs "
         "scan` finds it. The percentiles are within 4 % of the true ones."});
    cmd.on_chosen([options](App& app) { return run_logs_requests(app, *options); });
}

}  // namespace logbook::cli
