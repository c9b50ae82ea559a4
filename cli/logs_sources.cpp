// Opens files and standard input; containers are next door.
#include "logs_sources.h"

#include <filesystem>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/logsource/file_source.h"
#include "logbook/logsource/follow.h"
#include "logs_containers.h"
#include "project.h"

namespace logbook::cli {
namespace {

// A file may well be read far away from its deployment; then there is no `.env`, and nothing to mask.
void learn_secrets(App& app) {
    const auto project = open_project(app);
    if (project) return;
    if (project.error().code != ErrorCode::not_found)
        app.err.line("logbookctl: secrets in the log cannot be masked: " + project.error().what);
    else if (!app.global.quiet)
        app.err.line(
            fmt::format("logbookctl: there is no {}, so no secret in these logs is masked (-C names the "
                        "project's folder)",
                        app.global.env_path().lexically_normal().string()));
}

// What every command asks first: how to print, and whether the options go together.
tl::expected<void, Refusal> prepare(App& app, const LogsOptions& options) {
    if (!options.output.empty()) app.global.output = options.output;
    if (options.files.empty() && options.rotated)
        return refuse({ErrorCode::invalid, "--rotated belongs to -f FILE; of a container all parts are read",
                       "leave it out"},
                      ExitCode::usage);
    if (options.files.empty()) return {};
    if (!options.services.empty() || options.source != "auto")
        return refuse({ErrorCode::invalid, "-s and --source choose among containers, and -f names a file",
                       "leave one of them out"},
                      ExitCode::usage);
    learn_secrets(app);
    return {};
}

std::string service_of(const std::string& file) {
    return printable(std::filesystem::path(file).filename().string(), 60);
}

}  // namespace

tl::unexpected<Refusal> refuse(Error error) {
    const ExitCode code = exit_code_for(error);
    return refuse(std::move(error), code);
}
tl::unexpected<Refusal> refuse(Error error, ExitCode code) {
    return tl::unexpected<Refusal>(Refusal{std::move(error), code});
}

ExitCode report(App& app, const Refusal& refusal) {
    return app.report(refusal.error, refusal.code);
}

OrRefusal<Sources> follow_sources(App& app, const LogsOptions& options, const FollowFrom& from) {
    if (auto ready = prepare(app, options); !ready) return tl::unexpected<Refusal>(ready.error());
    if (options.files.empty()) return follow_containers(app, options, from);
    logsource::FollowOptions how;
    how.from_beginning = from.beginning || (from.since && !from.last);
    how.last = from.last;
    Sources sources;
    for (const std::string& file : options.files) {
        if (file == "-")
            return refuse({ErrorCode::invalid, "standard input is read to its end, not followed",
                           "logbookctl logs show -f -"});
        auto source = logsource::follow_file(file, service_of(file), how);
        if (!source) return refuse(source.error());
        sources.push_back(std::move(*source));
    }
    return sources;
}

OrRefusal<Sources> open_sources(App& app, const LogsOptions& options, const logscan::Interest& interest) {
    if (auto ready = prepare(app, options); !ready) return tl::unexpected<Refusal>(ready.error());
    if (options.files.empty()) return container_sources(app, options, interest);
    Sources sources;
    for (const std::string& file : options.files) {
        if (file == "-") {
            sources.push_back(logsource::open_stdin("stdin", interest));
            continue;
        }
        auto source = options.rotated ? logsource::open_rotated(file, service_of(file), interest)
                                      : logsource::open_file(file, service_of(file), interest);
        if (!source) return refuse(source.error());
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
