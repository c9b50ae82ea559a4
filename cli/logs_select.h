// What `logs show` and `logs grep` have in common: reading, choosing and printing records.
#pragma once

#include "logbook/logscan/filter.h"
#include "logs_options.h"

namespace logbook::cli {

struct Selection {
    logscan::FilterOptions filter;
    size_t context = 0;  // records around each match
    size_t tail = 0;     // only the last so many; 0: all
    bool count_only = false;
    bool must_match = false;  // nothing found is exit code 1, as with grep
};

// Bounds of --tail and --context, so that memory stays small.
constexpr size_t most_tail = 100'000;
constexpr size_t most_context = 1'000;

ExitCode select_records(App& app, const LogsOptions& logs, const Selection& selection);

}  // namespace logbook::cli
