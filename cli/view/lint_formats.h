// The findings of a chain in the forms that CI services read.
#pragma once

#include <vector>

#include "logbook/revision/revision_lint.h"
#include "view/stream.h"

namespace logbook::cli {

// One <testsuite>, one <testcase> a revision file and one for the chain as a whole; errors fail it, warnings
// stand in its output.
void put_junit(Stream& out, const revision::VersionsFolder& folder,
               const std::vector<revision::LintFinding>& findings);

// A workflow command a line, which GitHub shows beside the file's line. Paths stand from the working folder
// on.
void put_github(Stream& out, const revision::VersionsFolder& folder,
                const std::vector<revision::LintFinding>& findings);

}  // namespace logbook::cli
