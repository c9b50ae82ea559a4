// Column widths, and what gives way.
#include "view/table.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

constexpr size_t gap = 2;
constexpr size_t glyph_width = 2;

std::string padded(const std::string& text, size_t width, bool right) {
    const std::string blanks(width - std::min(width, display_width(text)), ' ');
    return right ? blanks + text : text + blanks;
}

}  // namespace

void put_table(Stream& out, const std::vector<Column>& columns, const std::vector<TableRow>& rows,
               bool heading) {
    std::vector<size_t> widths(columns.size(), 0);
    for (size_t i = 0; i < columns.size(); ++i) {
        if (heading) widths[i] = display_width(columns[i].label);
        for (const TableRow& row : rows) widths[i] = std::max(widths[i], display_width(row.cells[i]));
    }
    size_t fitting = 0;
    for (size_t used = glyph_width; fitting < columns.size(); ++fitting) {
        used += widths[fitting] + (fitting ? gap : 0);
        if (used > out.terminal().width && fitting > 0) break;
    }
    const auto line_of = [&](const std::string& front, const std::vector<std::string>& cells) {
        std::string line = front;
        for (size_t i = 0; i < fitting; ++i) {
            if (i > 0) line.append(gap, ' ');
            line += padded(cells[i], widths[i], columns[i].right);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        return line;
    };
    if (heading) {
        std::vector<std::string> labels;
        labels.reserve(columns.size());
        for (const Column& column : columns) labels.push_back(column.label);
        out.line(out.inked(Ink::dim, line_of("  ", labels)));
    }
    for (const TableRow& row : rows) {
        out.line(line_of(glyph(out, row.mark) + " ", row.cells));
        for (size_t i = fitting; i < columns.size(); ++i)
            if (!row.cells[i].empty()) put_detail(out, columns[i].label, row.cells[i]);
        for (const auto& [label, text] : row.details) put_detail(out, label, text);
    }
}

}  // namespace logbook::cli
