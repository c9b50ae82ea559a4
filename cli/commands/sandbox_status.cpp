// `logbookctl sandbox status`: which of its processes live.
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/base/text.h"
#include "view/sandbox_lines.h"

namespace logbook::cli {
namespace {

struct SandboxStatusOptions {
    std::string folder;
};

ExitCode run_sandbox_status(App& app, const SandboxStatusOptions& options) {
    const std::filesystem::path folder = sandbox_folder(options.folder);
    const Result<sandbox::State> state = sandbox::read_state(folder);
    if (!state) {
        Error error = state.error();
        if (error.code == ErrorCode::not_found) error.hint = "logbookctl sandbox up";
        return app.report(error);
    }
    const bool well = all_alive(*state);
    const ExitCode code = well ? ExitCode::ok : ExitCode::problem;
    if (app.global.json()) {
        emit_sandbox(app, folder, *state);
        return code;
    }
    if (!app.global.quiet) print_sandbox(app, *state);
    const std::string place = shell_quoted(folder.string());
    if (well)
        app.out.line(
            fmt::format("the sandbox in {} is up · logbookctl -C {} doctor", folder.string(), place));
    else
        app.out.line(
            fmt::format("the sandbox in {} is not whole · clear it away: logbookctl sandbox down --dir {}",
                        folder.string(), place));
    return code;
}

}  // namespace

void add_sandbox_status(const Command& parent) {
    const auto options = std::make_shared<SandboxStatusOptions>();
    const Command cmd =
        parent.add_subcommand("status", "Show which processes of the sandbox live, and their ports");
    cmd.add_option("--dir", options->folder, "The sandbox's folder").type_name("DIR");
    cmd.set_help({{{"logbookctl sandbox status", "of the sandbox in the usual place"},
                   {"logbookctl sandbox status --dir /tmp/box -o json", "of that one, for a program"}},
                  {"0  everything lives", "1  something of it is gone, or there is no sandbox",
                   "4  the folder is not surely yours"},
                  {"sandbox up", "sandbox down"},
                  "A stopped process (SIGSTOP) lives. A process is recognised by its number and its start "
                  "time, so a number that was given to another process never passes for it."});
    cmd.on_chosen([options](App& app) { return run_sandbox_status(app, *options); });
}

}  // namespace logbook::cli
