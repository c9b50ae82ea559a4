// The logs that a `logs` command reads.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app.h"
#include "logbook/logscan/source.h"
#include "logs_options.h"

namespace logbook::cli {

using Sources = std::vector<std::unique_ptr<logscan::Source>>;

// Why no log was opened, and what the program exits with for it.
struct Refusal {
    Error error;
    ExitCode code;
};
template <typename T>
using OrRefusal = tl::expected<T, Refusal>;
tl::unexpected<Refusal> refuse(Error error);  // with the error's own exit code
tl::unexpected<Refusal> refuse(Error error, ExitCode code);
ExitCode report(App& app, const Refusal& refusal);

// Files in the order of the command line; without any, the deployment's containers by role. Every known
// secret value is registered for masking first.
OrRefusal<Sources> open_sources(App& app, const LogsOptions& options, const logscan::Interest& interest);

// Where following begins; nothing of all: with what comes from now on.
struct FollowFrom {
    bool beginning = false;
    std::optional<WallTime> since;
    std::optional<size_t> last;  // records of each log
};
OrRefusal<Sources> follow_sources(App& app, const LogsOptions& options, const FollowFrom& from);

// For the sentence at the end: what of the sources could not be read, or is shown cut. True when one of them
// ended early.
bool tell_problems(App& app, const logscan::SourceStats& stats);

// "48 MB in 0.03 s".
std::string volume_of(const logscan::SourceStats& stats, Millis took);

}  // namespace logbook::cli
