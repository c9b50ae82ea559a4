// Rows under each other, fitted to the terminal: what does not fit beside the rest stands beneath its row,
// labelled.
#pragma once

#include <string>
#include <vector>

#include "view/finding_lines.h"

namespace logbook::cli {

struct Column {
    std::string label;   // of the detail line, where it does not fit; empty: no heading
    bool right = false;  // numbers
};

struct TableRow {
    Mark mark = Mark::pass;
    std::vector<std::string> cells;                            // one a column; printable, one line each
    std::vector<std::pair<std::string, std::string>> details;  // {"check", "…"}: always beneath
};

// The columns in order of their weight: the last ones give way first. `heading` prints the labels above.
void put_table(Stream& out, const std::vector<Column>& columns, const std::vector<TableRow>& rows,
               bool heading);

}  // namespace logbook::cli
