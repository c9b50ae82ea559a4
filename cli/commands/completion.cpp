// `completion`: prints the completion script of a shell.
#include <memory>

#include "commands/catalogue.h"
#include "completion/shell.h"

namespace logbook::cli {
namespace {

struct CompletionOptions {
    std::string shell;
};

ExitCode run_completion(App& app, const CompletionOptions& options, const CommandFacts& facts) {
    const std::string script = options.shell == "bash"  ? bash_completion(facts)
                               : options.shell == "zsh" ? zsh_completion(facts)
                                                        : fish_completion(facts);
    if (app.global.json())
        app.emit("logbookctl/completion/1", Json::object({{"shell", options.shell}, {"script", script}}));
    else
        app.out.put(script);
    return ExitCode::ok;
}

}  // namespace

void add_completion(const Command& parent) {
    const Command cmd =
        parent.add_subcommand("completion", "Print the completion script of a shell", "Embed");
    auto options = std::make_shared<CompletionOptions>();
    cmd.add_option("shell", options->shell, "The shell")
        .required()
        .one_of({"bash", "zsh", "fish"})
        .type_name("bash|zsh|fish");
    cmd.set_help(
        {{{"source <(logbookctl completion bash)", "for this bash, until it ends"},
          {"logbookctl completion fish > ~/.config/fish/completions/logbookctl.fish", "for good, in fish"}},
         {"0  printed"},
         {"logbookctl(1)"},
         "An installed package brings the scripts along, where the shells look for them. The script asks the "
         "program for "
         "the names of runbook entries and checks, so that a site's own are offered too.\n\n"
         "For zsh, write it to a file _logbookctl in a folder of fpath; for bash, to "
         "~/.local/share/bash-completion/completions/logbookctl."});
    cmd.on_chosen([parent, options](App& app) { return run_completion(app, *options, facts_of(parent)); });
}

}  // namespace logbook::cli
