// Laying out findings.
#include "view/finding_lines.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

constexpr size_t indent = 4;

bool is_command(std::string_view text) {
    return text.substr(0, 11) == "logbookctl " || text.substr(0, 6) == "chmod " ||
           text.substr(0, 7) == "docker " || text.substr(0, 5) == "zcat ";
}

}  // namespace

std::string glyph(const Stream& out, Mark mark) {
    switch (mark) {
    case Mark::pass:
        return out.inked(Ink::green, "✔");
    case Mark::fail:
        return out.inked(Ink::red, "✖");
    case Mark::warn:
        return out.inked(Ink::yellow, "!");
    case Mark::note:
        return out.inked(Ink::dim, "·");
    }
    return "·";
}

void put_finding(Stream& out, Mark mark, std::string_view message, std::string_view id,
                 std::string_view fix) {
    const size_t width = out.terminal().width;
    const bool beside = width >= 72;
    const size_t room = beside ? width - 4 - display_width(id) : width - 2;
    const std::vector<std::string> lines = wrap(message, std::max<size_t>(room, 20));
    for (size_t i = 0; i < lines.size(); ++i) {
        std::string line = (i == 0 ? glyph(out, mark) + " " : "  ") + lines[i];
        if (i == 0 && beside && display_width(lines[0]) <= room)
            line += std::string(room - display_width(lines[0]) + 2, ' ') + out.inked(Ink::dim, id);
        out.line(line);
    }
    if (!beside) out.line("    " + out.inked(Ink::dim, id));
    if (!fix.empty()) put_detail(out, "fix", fix);
}

void put_detail(Stream& out, std::string_view label, std::string_view text) {
    const size_t label_width = out.terminal().width >= 60 ? 10 : label.size() + 2;
    const std::string head = std::string(indent, ' ') + std::string(label) +
                             std::string(label_width - std::min(label_width, label.size()), ' ');
    const size_t room = std::max<size_t>(out.terminal().width - indent - label_width, 20);
    const std::vector<std::string> lines =
        is_command(text) ? std::vector<std::string>{std::string(text)} : wrap(text, room);
    for (size_t i = 0; i < lines.size(); ++i)
        out.line((i == 0 ? head : std::string(indent + label_width, ' ')) + lines[i]);
}

}  // namespace logbook::cli
