// The written list of subcommands. `add_<file name>` stands in the file of that name.
#include "commands/catalogue.h"

namespace logbook::cli {

void add_all_commands(CLI::App& root, CommandLine& line) {
    add_explain(root, line);
    add_completion(root, line);
    add_complete(root, line);
}

}  // namespace logbook::cli
