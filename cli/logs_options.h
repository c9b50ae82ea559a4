// The options that the `logs` commands share.
#pragma once

#include <string>
#include <vector>

#include "app.h"
#include "command.h"
#include "logbook/logscan/filter.h"

namespace logbook::cli {

// Which logs, and how they are printed.
struct LogsOptions {
    std::vector<std::string> files;     // "-" is standard input
    bool rotated = false;               // with FILE.1, FILE.2.gz …
    std::vector<std::string> services;  // empty: all
    std::string source = "auto";        // auto, api or file
    std::string output;                 // empty: as the global option says
};
void add_logs_options(const Command& cmd, LogsOptions& options, bool records = true);

// Which records of them.
struct SelectOptions {
    std::string since, until, level, request_id;
};
void add_select_options(const Command& cmd, SelectOptions& options);

// What a record must hold.
struct PatternOptions {
    std::string pattern;
    std::vector<std::string> more;
    bool regex = false, ignore_case = false, invert = false;
};
void add_pattern_options(const Command& cmd, PatternOptions& options, const std::string& what);
void set_patterns(logscan::FilterOptions& filter, const PatternOptions& options);

// Fails with `invalid` on a time or level that is none.
Result<logscan::FilterOptions> filter_options(const App& app, const SelectOptions& options);

// "logbookctl: … " on standard error, with the exit code for a wrong command line.
ExitCode usage_error(App& app, const Error& error);

}  // namespace logbook::cli
