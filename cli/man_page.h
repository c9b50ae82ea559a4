// The man pages that are made from data: logbookctl(1) from the command tree, logbook-runbook(7) from the
// catalogue.
#pragma once

#include <string>

#include "logbook/runbook/catalogue.h"
#include "tree.h"

namespace logbook::cli {

std::string man_page(const CommandFacts& root);
std::string runbook_page(const runbook::Catalogue& catalogue);

}  // namespace logbook::cli
