// Completion scripts, made from the command tree. Pure: facts in, script out.
#pragma once

#include <string>

#include "tree.h"

namespace logbook::cli {

// Each stands alone: it needs nothing but its shell, and asks the program only for the names of entries and
// checks
// (`logbookctl __complete`), so that a site's own are offered as well.
std::string bash_completion(const CommandFacts& root);
std::string zsh_completion(const CommandFacts& root);
std::string fish_completion(const CommandFacts& root);

}  // namespace logbook::cli
