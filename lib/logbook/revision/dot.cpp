// Writing the picture's text.
#include "logbook/revision/dot.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

constexpr size_t label_width = 44, most_label_lines = 4;

// Inside quotes: a backslash would begin an escape.
std::string escaped(std::string_view text) {
    return replace_all(replace_all(printable(text, 400), "\\", "\\\\"), "\"", "\\\"");
}

std::string label_of(const Revision& revision) {
    std::string label = escaped(revision.file.revision);
    std::vector<std::string> lines = wrap(printable(revision.file.title(), 400), label_width);
    if (lines.size() > most_label_lines) {
        lines.resize(most_label_lines);
        lines.back() += " …";
    }
    for (const std::string& line : lines)
        if (!line.empty()) label += "\\n" + escaped(line);
    if (!revision.file.branch_labels.empty())
        label += "\\n(" + escaped(join(revision.file.branch_labels, ", ")) + ")";
    return label;
}

bool has(const std::vector<RevisionIndex>& list, RevisionIndex index) {
    return std::find(list.begin(), list.end(), index) != list.end();
}

}  // namespace

std::string dot_text(const RevisionMap& map, const Progress* progress) {
    std::vector<bool> pending(map.all().size());
    if (progress)
        for (const RevisionIndex index : progress->pending) pending[index] = true;
    std::string caption =
        fmt::format("{}, {}", counted(map.all().size(), "revision"), counted(map.heads().size(), "head"));
    if (progress) caption += fmt::format(", {} pending", progress->pending.size());

    std::string text = "digraph migrations {\n"
                       "  graph [rankdir=TB, labelloc=t, fontname=\"Helvetica\", fontsize=14, ranksep=0.3, "
                       "label=\"" +
                       caption +
                       "\"];\n"
                       "  node [shape=box, style=filled, fillcolor=\"#ffffff\", fontname=\"Helvetica\", "
                       "fontsize=11];\n"
                       "  edge [color=\"#4b5563\"];\n";
    for (RevisionIndex i = 0; i < map.all().size(); ++i) {
        const Revision& revision = map[i];
        text += fmt::format("  r{} [label=\"{}\"", i, label_of(revision));
        if (progress && has(progress->current, i))
            text += ", fillcolor=\"#bfdbfe\", tooltip=\"the database is here\"";
        else if (pending[i])
            text += ", fillcolor=\"#fde68a\", tooltip=\"pending\"";
        if (revision.is_head()) text += ", peripheries=2, penwidth=2";
        text += "];\n";
    }
    for (RevisionIndex i = 0; i < map.all().size(); ++i) {
        for (const RevisionIndex down : map[i].down) text += fmt::format("  r{} -> r{};\n", i, down);
        for (const RevisionIndex needed : map[i].dependencies)
            text += fmt::format("  r{} -> r{} [style=dashed];\n", i, needed);
    }
    return text + "}\n";
}

}  // namespace logbook::revision
