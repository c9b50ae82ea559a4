// Opens files and standard input.
#include "logs_sources.h"

#include <filesystem>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/logsource/file_source.h"
#include "logbook/logsource/follow.h"
#include "project.h"

namespace logbook::cli {
namespace {

// A file may well be read far away from its deployment; then there is no `.env`, and nothing to mask.
void learn_secrets(App& app) {
    const auto project = open_project(app);
    if (project || project.error().code == ErrorCode::not_found) return;
    app.err.line("logbookctl: secrets in the log cannot be masked: " + project.error().what);
}

// What every command asks first: which logs, and how to print.
Status prepare(App& app, const LogsOptions& options) {
    if (!options.output.empty()) app.global.output = options.output;
    if (options.files.empty())
        return fail(ErrorCode::unsupported, "a log must be named: -f FILE, or -f - for standard input",
                    "docker compose logs --no-color --no-log-prefix backend | logbookctl logs show -f -");
    if (!options.services.empty() || options.source == "api")
        return fail(ErrorCode::invalid, "-s and --source choose among containers, and -f names a file",
                    "leave one of them out");
    learn_secrets(app);
    return {};
}

std::string service_of(const std::string& file) {
    return printable(std::filesystem::path(file).filename().string(), 60);
}

}  // namespace

Result<std::vector<std::unique_ptr<logscan::Source>>> follow_sources(App& app, const LogsOptions& options,
                                                                     bool from_beginning) {
    if (Status ready = prepare(app, options); !ready) return fail(ready.error());
    logsource::FollowOptions how;
    how.from_beginning = from_beginning;
    std::vector<std::unique_ptr<logscan::Source>> sources;
    for (const std::string& file : options.files) {
        if (file == "-")
            return fail(ErrorCode::invalid, "standard input is read to its end, not followed",
                        "logbookctl logs show -f -");
        auto source = logsource::follow_file(file, service_of(file), how);
        if (!source) return fail(source.error());
        sources.push_back(std::move(*source));
    }
    return sources;
}

Result<std::vector<std::unique_ptr<logscan::Source>>> open_sources(App& app, const LogsOptions& options,
                                                                   const logscan::Interest& interest) {
    if (Status ready = prepare(app, options); !ready) return fail(ready.error());
    std::vector<std::unique_ptr<logscan::Source>> sources;
    for (const std::string& file : options.files) {
        if (file == "-") {
            sources.push_back(logsource::open_stdin("stdin", interest));
            continue;
        }
        auto source = options.rotated ? logsource::open_rotated(file, service_of(file), interest)
                                      : logsource::open_file(file, service_of(file), interest);
        if (!source) return fail(source.error());
        sources.push_back(std::move(*source));
    }
    return sources;
}

bool tell_problems(App& app, const logscan::SourceStats& stats) {
    for (const Error& problem : stats.problems)
        (void)app.err.line("logbookctl: " + problem.what + "; " + problem.hint);
    if (stats.damaged_lines > 0)
        app.err.line(fmt::format("logbookctl: {} not in the engine's format; shown as they stand",
                                 counted(size_t(stats.damaged_lines), "line")));
    if (stats.cut_bytes > 0)
        app.err.line(fmt::format("logbookctl: {} bytes of overlong lines were left out (a line is kept to "
                                 "256 KiB, a record to 1 MiB)",
                                 stats.cut_bytes));
    return !stats.problems.empty();
}

std::string volume_of(const logscan::SourceStats& stats, Millis took) {
    const double bytes = double(stats.bytes);
    const std::string size = bytes >= 1e9   ? fmt::format("{:.1f} GB", bytes / 1e9)
                             : bytes >= 1e6 ? fmt::format("{:.0f} MB", bytes / 1e6)
                                            : fmt::format("{:.0f} kB", bytes / 1e3);
    return fmt::format("{} in {:.2f} s", size, double(took.count()) / 1000);
}

}  // namespace logbook::cli
