// Labelled blocks.
#include "view/labelled.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::cli {
namespace {

constexpr size_t indent = 4;
constexpr size_t label_width = 10;

std::string padded(std::string_view label) {
    return std::string(indent, ' ') + fmt::format("{:<{}}", label, label_width);
}

// What a step costs, when it costs anything.
std::string remark(runbook::Risk risk) {
    switch (risk) {
    case runbook::Risk::none:
        return {};
    case runbook::Risk::restart:
        return " (brief outage)";
    case runbook::Risk::data:
        return " (data is at stake: read it twice)";
    }
    return {};
}

}  // namespace

void put_labelled(Stream& out, std::string_view label, std::string_view text, Ink ink, size_t hang) {
    const size_t left = indent + label_width;
    const size_t width = out.terminal().width > left + hang + 20 ? out.terminal().width - left - hang : 20;
    bool first = true;
    for (const std::string& line : wrap(text, width)) {
        out.put(first ? out.inked(Ink::dim, padded(label)) : std::string(left + hang, ' '));
        out.line(out.inked(ink, line));
        first = false;
    }
}

void put_whole(Stream& out, std::string_view label, std::string_view command) {
    out.put(out.inked(Ink::dim, padded(label))).line(out.inked(Ink::cyan, command));
}

void put_steps(Stream& out, std::string_view label, const std::vector<runbook::Step>& steps) {
    size_t number = 0;
    for (const runbook::Step& step : steps) {
        ++number;
        const std::string count = steps.size() > 1 ? fmt::format("{}  ", number) : std::string();
        const std::string_view shown = number == 1 ? label : std::string_view();
        const std::string text = step.text + remark(step.risk);
        if (step.command.empty()) {
            put_labelled(out, shown, count + text, Ink::plain, count.size());
            continue;
        }
        if (!text.empty()) put_labelled(out, shown, count + text + ":", Ink::plain, count.size());
        const std::string lead = padded(text.empty() ? shown : std::string_view()) +
                                 std::string(text.empty() ? 0 : count.size() + 2, ' ');
        for (const std::string& line : split(step.command, '\n'))
            out.line(lead + (text.empty() ? count : std::string()) + out.inked(Ink::cyan, line));
    }
}

}  // namespace logbook::cli
