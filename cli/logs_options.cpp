// Options of `logs`.
#include "logs_options.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::cli {

void add_logs_options(const Command& cmd, LogsOptions& options, bool records) {
    cmd.add_option("-f,--file", options.files, "A log, also gzip or json-file; - is stdin (repeatable)")
        .type_name("FILE")
        .repeatable();
    cmd.add_flag("--rotated", options.rotated, "Read FILE.1, FILE.2.gz and so on too, the oldest first");
    cmd.add_option("-s,--service", options.services, "Only this service of the deployment (repeatable)")
        .type_name("SERVICE")
        .repeatable();
    cmd.add_option("--source", options.source, "Ask the engine, or read its file (auto: if allowed)")
        .one_of({"auto", "api", "file"})
        .type_name("auto|api|file");
    if (records)
        cmd.add_option("-o,--output", options.output, "How to print; jsonl is one object a line")
            .one_of({"table", "json", "jsonl"})
            .type_name("table|json|jsonl");
}

void add_select_options(const Command& cmd, SelectOptions& options) {
    cmd.add_option("--since", options.since, "From this time on: RFC 3339, or how long ago (10m, 2h, 3d)")
        .type_name("WHEN");
    cmd.add_option("--until", options.until, "Up to this time").type_name("WHEN");
    cmd.add_option("--level", options.level, "This level and graver ones")
        .one_of({"debug", "info", "warning", "error", "critical"})
        .type_name("debug|info|warning|error|critical");
    cmd.add_option("--rid", options.request_id, "Only the records of this request").type_name("ID");
}

void add_pattern_options(const Command& cmd, PatternOptions& options, const std::string& what) {
    // Newer releases of CLI11 count a positional and a long option of one spelling as the same.
    cmd.add_option("PATTERN", options.pattern, what).type_name("PATTERN");
    cmd.add_option("-e,--pattern", options.more, "A further pattern: one of them must match (repeatable)")
        .type_name("PATTERN")
        .repeatable();
    cmd.add_flag("-E,--regex", options.regex, "PATTERN is a regular expression");
    cmd.add_flag("-i,--ignore-case", options.ignore_case, "Ignore case (ASCII)");
    cmd.add_flag("--invert", options.invert, "The records in which PATTERN does not stand");
}

void set_patterns(logscan::FilterOptions& filter, const PatternOptions& options) {
    filter.patterns = options.more;
    if (!options.pattern.empty()) filter.patterns.push_back(options.pattern);
    filter.regex = options.regex;
    filter.ignore_case = options.ignore_case;
    filter.invert = options.invert;
}

Result<logscan::FilterOptions> filter_options(const App& app, const SelectOptions& options) {
    logscan::FilterOptions filter;
    const WallTime now = app.seams.clock.wall();
    for (const auto& [text, field, name] : {std::tuple(&options.since, &filter.since, "--since"),
                                            std::tuple(&options.until, &filter.until, "--until")}) {
        if (text->empty()) continue;
        const auto when = logscan::parse_when(*text, now);
        if (!when)
            return fail(ErrorCode::invalid, fmt::format("{}: {}", name, when.error().what),
                        when.error().hint);
        *field = *when;
    }
    if (!options.level.empty()) filter.level = logscan::level_named(options.level);
    filter.request_id = options.request_id;
    return filter;
}

ExitCode usage_error(App& app, const Error& error) {
    return app.report(error, ExitCode::usage);
}

}  // namespace logbook::cli
