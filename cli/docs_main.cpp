// Writes what is made from the command tree and the catalogue: `logbookctl_docs FOLDER` fills completions/
// and man/ of that folder. The target `docs` runs it on the source tree; the drift test runs it beside and
// compares.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "command_line.h"
#include "completion/shell.h"
#include "man_page.h"

namespace {

bool write(const std::filesystem::path& path, const std::string& text) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    if (!out) std::fprintf(stderr, "logbookctl_docs: cannot write %s\n", path.c_str());
    return bool(out);
}

}  // namespace

int main(int argc, char** argv) {
    using namespace logbook::cli;
    if (argc != 2) {
        std::fputs("usage: logbookctl_docs FOLDER\n", stderr);
        return 2;
    }
    GlobalOptions global;
    CommandLine line(global);
    const CommandFacts facts = facts_of(line.root());
    const std::filesystem::path folder = argv[1];
    const bool written =
        write(folder / "completions/logbookctl.bash", bash_completion(facts)) &&
        write(folder / "completions/_logbookctl", zsh_completion(facts)) &&
        write(folder / "completions/logbookctl.fish", fish_completion(facts)) &&
        write(folder / "man/logbookctl.1", man_page(facts)) &&
        write(folder / "man/logbook-runbook.7", runbook_page(logbook::runbook::Catalogue::builtin()));
    return written ? 0 : 1;
}
