// `logs follow`: records as they are written, through restarts, recreations, rotation and truncation.
#include <algorithm>
#include <memory>

#include "commands/catalogue.h"
#include "logbook/logscan/filter.h"
#include "logs_select.h"
#include "logs_sources.h"
#include "view/record_writer.h"

namespace logbook::cli {
namespace {

struct LogsFollowOptions {
    LogsOptions logs;
    SelectOptions select;
    PatternOptions patterns;
    bool from_beginning = false;
    size_t tail = 0;
    Millis duration{0};  // 0: until interrupted
};

constexpr Millis turn{100};

ExitCode run_logs_follow(App& app, const LogsFollowOptions& options) {
    auto wanted = filter_options(app, options.select);
    if (!wanted) return usage_error(app, wanted.error());
    set_patterns(*wanted, options.patterns);
    FollowFrom from;
    from.beginning = options.from_beginning;
    from.since = wanted->since;
    if (options.tail > 0) from.last = options.tail;
    auto filter = logscan::Filter::make(std::move(*wanted));
    if (!filter) return usage_error(app, filter.error());
    auto sources = follow_sources(app, options.logs, from);
    if (!sources) return report(app, sources.error());
    if (app.global.json()) app.global.output = "jsonl";  // a document that never ends is none

    const bool bounded = options.duration > Millis(0);
    const Deadline end = Deadline::in(options.duration);
    const bool several = options.logs.files.empty() ? options.logs.services.size() != 1 : sources->size() > 1;
    RecordWriter writer(app, several);
    std::vector<size_t> told(sources->size(), 0);
    while (!bounded || !end.passed()) {
        std::vector<logscan::Record> records;
        for (size_t i = 0; i < sources->size(); ++i) {
            logscan::Source& source = *(*sources)[i];
            const auto more = source.read(records, Deadline::in(turn));
            if (!more) return app.report(more.error());
            for (const auto& problems = source.stats().problems; told[i] < problems.size(); ++told[i])
                app.err.line("logbookctl: " + problems[told[i]].what);
        }
        // What came in one turn is put in order; between turns, order is that of coming.
        if (several)
            std::stable_sort(records.begin(), records.end(),
                             [](const logscan::Record& a, const logscan::Record& b) {
                                 return a.time && b.time && *a.time < *b.time;
                             });
        Status written;
        for (const logscan::Record& record : records)
            if (written && filter->wants(record)) written = writer.put(record);
        if (written) written = writer.flush();
        (void)app.err.flush();
        if (!written && written.error().code == ErrorCode::closed) return ExitCode::ok;
        if (!written) return app.report(written.error());
    }
    return ExitCode::ok;
}

}  // namespace

void add_logs_follow(const Command& parent) {
    const auto options = std::make_shared<LogsFollowOptions>();
    const Command cmd = parent.add_subcommand(
        "follow", "Print records as they are written, through restarts, recreations and rotation");
    add_pattern_options(cmd, options->patterns, "Only records with this text; with -E a regular expression");
    const Option beginning = cmd.add_flag("--from-beginning", options->from_beginning,
                                          "Begin with what stands in the log already");
    cmd.add_option("--tail", options->tail, "Begin with the last N records of each log")
        .range(1, most_tail)
        .type_name("N")
        .excludes(beginning);
    cmd.add_duration("--for", options->duration, "End after this time (default: when interrupted)");
    add_select_options(cmd, options->select);
    add_logs_options(cmd, options->logs);
    cmd.set_help(
        {{{"logbookctl logs follow --level warning", "what goes wrong in all services, as it happens"},
          {"logbookctl logs follow -s backend --tail 20 \"/api/v1/users\"", "one endpoint"}},
         {"0  the time of --for is over, or the reader has gone", "1  the log cannot be opened",
          "2  no such service", "3  no engine or deployment", "130  interrupted"},
         {"logs show", "logs grep"},
         "Without -f, all services of the deployment, or those that -s names, are followed through restarts "
         "of "
         "their "
         "containers and through recreations: what the old container wrote comes whole before what the new "
         "one "
         "writes. A "
         "service that has no container yet is waited for.\n\n"
         "A file is followed by its name: when it is renamed to FILE.1 and made anew, or copied to FILE.1 "
         "and emptied, "
         "once or several times between two looks, every record still comes exactly once. Where a part is "
         "gone before it "
         "was read, that is said. It need not exist yet.\n\n"
         "A record is printed when the next one begins, or 0.3 s after its last line. --timeout does not "
         "apply. -o json "
         "prints one object a line, as jsonl does."});
    cmd.on_chosen([options](App& app) { return run_logs_follow(app, *options); });
}

}  // namespace logbook::cli
