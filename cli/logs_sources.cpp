// Opens files and standard input.
#include "logs_sources.h"

#include <filesystem>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/logsource/file_source.h"
#include "project.h"

namespace logbook::cli {
namespace {

// A file may well be read far away from its deployment; then there is no `.env`, and nothing to mask.
void learn_secrets(App& app) {
    const auto project = open_project(app);
    if (project || project.error().code == ErrorCode::not_found) return;
    app.err.line("logbookctl: secrets in the log cannot be masked: " + project.error().what);
}

}  // namespace

Result<std::vector<std::unique_ptr<logscan::Source>>> open_sources(App& app, const LogsOptions& options,
                                                                   const logscan::Interest& interest) {
    if (!options.output.empty()) app.global.output = options.output;
    if (options.files.empty())
        return fail(ErrorCode::unsupported, "a log must be named: -f FILE, or -f - for standard input",
                    "docker compose logs --no-color --no-log-prefix backend | logbookctl logs show -f -");
    if (!options.services.empty() || options.source == "api")
        return fail(ErrorCode::invalid, "-s and --source choose among containers, and -f names a file",
                    "leave one of them out");
    learn_secrets(app);
    std::vector<std::unique_ptr<logscan::Source>> sources;
    for (const std::string& file : options.files) {
        if (file == "-") {
            sources.push_back(logsource::open_stdin("stdin", interest));
            continue;
        }
        const std::string service = printable(std::filesystem::path(file).filename().string(), 60);
        auto source = options.rotated ? logsource::open_rotated(file, service, interest)
                                      : logsource::open_file(file, service, interest);
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
