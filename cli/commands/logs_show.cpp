// `logs show`: the records of one or several logs, by time.
#include <memory>

#include "commands/catalogue.h"
#include "logs_select.h"

namespace logbook::cli {
namespace {

struct LogsShowOptions {
    LogsOptions logs;
    SelectOptions select;
    size_t tail = 0;
};

ExitCode run_logs_show(App& app, const LogsShowOptions& options) {
    Selection selection;
    auto filter = filter_options(app, options.select);
    if (!filter) return usage_error(app, filter.error());
    selection.filter = std::move(*filter);
    selection.tail = options.tail;
    return select_records(app, options.logs, selection);
}

}  // namespace

void add_logs_show(const Command& parent) {
    const auto options = std::make_shared<LogsShowOptions>();
    const Command cmd = parent.add_subcommand("show", "Print log records, several logs as one by time");
    add_logs_options(cmd, options->logs);
    add_select_options(cmd, options->select);
    cmd.add_option("--tail", options->tail, "Only the last N records").range(1, most_tail).type_name("N");
    cmd.set_help(
        {{{"logbookctl logs show --since 1h --level warning",
           "what went wrong in the last hour, in all services"},
          {"logbookctl logs show -s backend -s mysql --tail 200", "two services as one, by time"},
          {"logbookctl logs show -f backend.log -f mysql.log", "two files"}},
         {"0  printed", "1  a log could not be read to its end", "2  no such service",
          "3  no engine or deployment", "124  the deadline passed"},
         {"logs grep", "logs scan", "logs follow"},
         "Without -f, the logs of the deployment's containers: of all services, or of those that -s names (a "
         "role "
         "such as "
         "`database` will do). The engine's own file is read where this user may, which is much faster than "
         "asking "
         "the "
         "engine; both give the same records.\n\n"
         "A record is what one call of a logger wrote: a traceback belongs to the line above it. Text and "
         "JSON "
         "logs of the backend are understood, those of MySQL, MariaDB, Redis and nginx, and the engine's "
         "json-file; "
         "any of them may be packed with gzip.\n\n"
         "A time without an offset is taken as UTC, unless the engine wrote its own beside it. A record "
         "without a "
         "time counts as written with the one before it.\n\n"
         "Known secret values are masked, control bytes and broken UTF-8 are shown as U+FFFD. Of a line 256 "
         "KiB are "
         "kept, of a record 1 MiB; what was left out is counted."});
    cmd.on_chosen([options](App& app) { return run_logs_show(app, *options); });
}

}  // namespace logbook::cli
