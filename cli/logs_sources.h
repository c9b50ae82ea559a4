// The logs that a `logs` command reads.
#pragma once

#include <memory>
#include <vector>

#include "app.h"
#include "logbook/logscan/source.h"
#include "logs_options.h"

namespace logbook::cli {

// In the order of the command line. Every known secret value is registered for masking first.
Result<std::vector<std::unique_ptr<logscan::Source>>> open_sources(App& app, const LogsOptions& options,
                                                                   const logscan::Interest& interest);

// The same, to be followed.
Result<std::vector<std::unique_ptr<logscan::Source>>> follow_sources(App& app, const LogsOptions& options,
                                                                     bool from_beginning);

// For the sentence at the end: what of the sources could not be read, or is shown cut. True when one of them
// ended early.
bool tell_problems(App& app, const logscan::SourceStats& stats);

// "48 MB in 0.03 s".
std::string volume_of(const logscan::SourceStats& stats, Millis took);

}  // namespace logbook::cli
