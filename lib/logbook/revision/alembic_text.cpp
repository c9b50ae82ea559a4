// Alembic's two forms: a line, and a paragraph.
#include "logbook/revision/alembic_text.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

struct Parts {
    bool labels = true, parents = false, doc = false, tree = true;
    bool current = false;
};

std::string comma(const std::vector<std::string>& texts) {
    return join(texts, ", ");
}

std::string labels_of(const Revision& revision) {
    return comma({revision.labels.begin(), revision.labels.end()});
}

std::string parents_of(const Revision& revision) {
    return revision.file.down_revisions.empty() ? "<base>" : comma(revision.file.down_revisions);
}

std::string ids_of(const RevisionMap& map, const std::vector<RevisionIndex>& revisions) {
    std::vector<std::string> ids;
    for (const RevisionIndex index : revisions) ids.push_back(map[index].file.revision);
    return comma(ids);
}

std::string line_of(const Revision& revision, const Parts& parts) {
    std::string text = revision.file.revision;
    if (parts.parents)
        text = revision.file.depends_on.empty() ? fmt::format("{} -> {}", parents_of(revision), text)
                                                : fmt::format("{} ({}) -> {}", parents_of(revision),
                                                              comma(revision.file.depends_on), text);
    if (parts.labels && !revision.labels.empty()) text += " (" + labels_of(revision) + ")";
    if (revision.is_real_head())
        text += " (head)";
    else if (revision.is_head())
        text += " (effective head)";
    if (parts.current) text += " (current)";
    if (parts.tree && revision.is_branch_point()) text += " (branchpoint)";
    if (parts.tree && revision.is_merge_point()) text += " (mergepoint)";
    if (parts.doc) text += ", " + revision.file.title();
    return text;
}

// Python's str.splitlines().
std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    size_t begin = 0;
    for (size_t at = 0; at < text.size();) {
        const auto c = static_cast<unsigned char>(text[at]);
        size_t end = 0;  // bytes of the line's end
        if (c == '\r')
            end = text.substr(at, 2) == "\r\n" ? 2 : 1;
        else if ((c >= '\n' && c <= '\f') || (c >= 0x1c && c <= 0x1e))
            end = 1;
        else if (text.substr(at, 2) == "\xc2\x85")
            end = 2;
        else if (text.substr(at, 3) == "\xe2\x80\xa8" || text.substr(at, 3) == "\xe2\x80\xa9")
            end = 3;
        if (end == 0) {
            ++at;
            continue;
        }
        lines.emplace_back(text.substr(begin, at - begin));
        begin = at += end;
    }
    if (begin < text.size()) lines.emplace_back(text.substr(begin));
    return lines;
}

std::string paragraph_of(const RevisionMap& map, const Revision& revision, bool current) {
    std::string text =
        fmt::format("Rev: {}{}{}{}{}\n", revision.file.revision, revision.is_head() ? " (head)" : "",
                    revision.is_branch_point() ? " (branchpoint)" : "",
                    revision.is_merge_point() ? " (mergepoint)" : "", current ? " (current)" : "");
    text += fmt::format("{}: {}\n", revision.is_merge_point() ? "Merges" : "Parent", parents_of(revision));
    if (!revision.file.depends_on.empty())
        text += fmt::format("Also depends on: {}\n", comma(revision.file.depends_on));
    if (revision.is_branch_point()) text += fmt::format("Branches into: {}\n", ids_of(map, revision.next));
    if (!revision.labels.empty()) text += fmt::format("Branch names: {}\n", labels_of(revision));
    text += fmt::format("Path: {}\n\n", revision.file.path.string());
    std::vector<std::string> doc = lines_of(revision.file.doc);
    for (std::string& line : doc) line.insert(0, "    ");
    return text + join(doc, "\n") + "\n";
}

}  // namespace

std::string heads_text(const RevisionMap& map, const std::vector<RevisionIndex>& heads, bool verbose) {
    std::string text;
    Parts parts;
    parts.tree = false;
    for (const RevisionIndex head : heads) {
        const Revision& revision = map[head];
        text += (verbose ? paragraph_of(map, revision, false) : line_of(revision, parts)) + "\n";
    }
    return text;
}

std::string history_text(const RevisionMap& map, const std::vector<RevisionIndex>& revisions, bool verbose,
                         const std::vector<std::string>& current) {
    std::string text;
    for (const RevisionIndex index : revisions) {
        const Revision& revision = map[index];
        Parts parts;
        parts.parents = parts.doc = true;
        parts.current = std::find(current.begin(), current.end(), revision.file.revision) != current.end();
        text += (verbose ? paragraph_of(map, revision, parts.current) : line_of(revision, parts)) + "\n";
    }
    return text;
}

std::string branches_text(const RevisionMap& map, const std::vector<RevisionIndex>& revisions, bool verbose) {
    std::string text;
    for (const RevisionIndex index : revisions) {
        const Revision& revision = map[index];
        if (!revision.is_branch_point()) continue;
        text += (verbose ? paragraph_of(map, revision, false) : line_of(revision, {})) + "\n";
        Parts parts;
        parts.doc = verbose;
        std::vector<std::string> lines;
        for (const RevisionIndex next : revision.next)
            lines.push_back(std::string(revision.file.revision.size(), ' ') + " -> " +
                            line_of(map[next], parts));
        text += join(lines, "\n") + "\n\n";
    }
    return text;
}

}  // namespace logbook::revision
