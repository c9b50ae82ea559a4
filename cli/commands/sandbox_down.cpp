// `logbookctl sandbox down`: ends a sandbox and removes its folder.
#include <fmt/format.h>

#include "commands/catalogue.h"
#include "logbook/sandbox/down.h"
#include "view/sandbox_lines.h"

namespace logbook::cli {
namespace {

struct SandboxDownOptions {
    std::string folder;
};

ExitCode run_sandbox_down(App& app, const SandboxDownOptions& options) {
    const std::filesystem::path folder = sandbox_folder(options.folder);
    const Result<sandbox::DownReport> done = sandbox::take_down(folder, app.deadline);
    const bool nothing = !done && done.error().code == ErrorCode::not_found;
    if (!done && !nothing) return app.report(done.error());
    const std::string killed =
        done && done->killed > 0 ? fmt::format(" ({} had to be killed)", done->killed) : std::string();
    if (app.global.json())
        app.emit("logbookctl/sandbox_down/1", Json::object({{"folder", folder.string()},
                                                            {"was_there", !nothing},
                                                            {"killed", nothing ? 0 : int(done->killed)}}));
    else if (nothing)
        app.out.line("there is no sandbox in " + folder.string());
    else
        app.out.line(
            fmt::format("✔ the sandbox in {} is gone, and its folder with it{}", folder.string(), killed));
    return ExitCode::ok;
}

}  // namespace

void add_sandbox_down(const Command& parent) {
    const auto options = std::make_shared<SandboxDownOptions>();
    const Command cmd = parent.add_subcommand("down", "End the sandbox's servers and remove its folder");
    cmd.add_option("--dir", options->folder, "The sandbox's folder").type_name("DIR");
    cmd.set_help({{{"logbookctl sandbox down", "the sandbox in the usual place"},
                   {"logbookctl sandbox down --dir /tmp/box", "that one"}},
                  {"0  it is gone, or there was none", "1  it could not be ended",
                   "4  the folder is not surely yours: nothing was touched"},
                  {"sandbox up", "sandbox status"},
                  "Only processes that the sandbox's state file names, with their start time, are signalled, "
                  "and only a folder that the sandbox made is removed: never a symbolic link, a folder of "
                  "another owner, or one whose state file belongs elsewhere. What does not end when asked "
                  "within --timeout is killed."});
    cmd.on_chosen([options](App& app) { return run_sandbox_down(app, *options); });
}

}  // namespace logbook::cli
