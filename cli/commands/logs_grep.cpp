// `logs grep`: the records in which a pattern stands, each one whole.
#include <memory>

#include "commands/catalogue.h"
#include "logs_select.h"

namespace logbook::cli {
namespace {

struct LogsGrepOptions {
    LogsOptions logs;
    SelectOptions select;
    PatternOptions patterns;
    bool count = false;
    size_t context = 0;
    size_t tail = 0;
};

ExitCode run_logs_grep(App& app, const LogsGrepOptions& options) {
    Selection selection;
    auto filter = filter_options(app, options.select);
    if (!filter) return usage_error(app, filter.error());
    selection.filter = std::move(*filter);
    set_patterns(selection.filter, options.patterns);
    selection.context = options.context;
    selection.tail = options.tail;
    selection.count_only = options.count;
    selection.must_match = true;
    return select_records(app, options.logs, selection);
}

}  // namespace

void add_logs_grep(const Command& parent) {
    const auto options = std::make_shared<LogsGrepOptions>();
    const Command cmd =
        parent.add_subcommand("grep", "Find a text in logs; a match on any line gives the whole record");
    add_pattern_options(cmd, options->patterns, "A fixed text; with -E a regular expression");
    cmd.add_option("--context", options->context, "Print N records before and after each match too")
        .range(0, most_context)
        .type_name("N");
    cmd.add_flag("--count", options->count, "Print only how many records match");
    cmd.add_option("--tail", options->tail, "Only the last N of what would be printed")
        .range(1, most_tail)
        .type_name("N");
    add_select_options(cmd, options->select);
    add_logs_options(cmd, options->logs);
    cmd.set_help(
        {{{"logbookctl logs grep \"Can't connect\" -s backend",
           "every record with that text, tracebacks whole"},
          {"logbookctl logs grep --rid 48a292f86dfe456a -f app.log -f app.log.1.gz",
           "all that one request wrote"}},
         {"0  records were found", "1  none was found, or a log could not be read to its end",
          "2  the pattern is wrong", "124  the deadline passed"},
         {"logs show", "logs scan", "explain"},
         "Without -E, PATTERN is the text itself, marks included. With -E it is an expression of the "
         "Hyperscan engine: "
         "Perl's, without look-around and back references; it is looked for in each line, and ^ and "
         "$ are the line's "
         "ends.\n\n"
         "Large files are searched as they stand, and only records with a hit are unwrapped: a "
         "pattern with two or "
         "more plain letters or digits in a row is fastest. Text and json-file give the same "
         "records, whatever JSON "
         "escapes.\n\n"
         "`logbookctl logs show` tells what a record is, and what is masked and cut."});
    cmd.on_chosen([options](App& app) { return run_logs_grep(app, *options); },
                  [options] {
                      const bool nothing = options->patterns.pattern.empty() &&
                                           options->patterns.more.empty() &&
                                           options->select.request_id.empty();
                      return nothing ? "PATTERN or --rid" : "";
                  });
}

}  // namespace logbook::cli
