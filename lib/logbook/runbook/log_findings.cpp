// Grouping by what the runbook says first, then by fingerprint.
#include "logbook/runbook/log_findings.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::runbook {
namespace {

constexpr size_t most_told = 4000;       // kinds
constexpr size_t most_line_bytes = 400;  // of a line that no pattern chose

// A traceback is told by the line that matched; else by the record's first one.
std::string line_without_head(const logscan::Group& group, std::string_view line) {
    const std::string_view head = std::string_view(group.example.text).substr(0, group.example.message_at);
    if (!head.empty() && line.substr(0, head.size()) == head) line.remove_prefix(head.size());
    return std::string(trim(line.substr(0, line.find('\n'))));
}

}  // namespace

void LogFindings::add(const logscan::Record& record) {
    const Matches matches = matcher_.match_lines(record.text);
    const Entry* entry = matches.best_first.empty() ? nullptr : matches.best_first.front().entry;
    if (!entry && record.level < logscan::Level::error) return;
    ++records_;
    const std::string prefix = record.service + "\n" + (entry ? entry->slug : "") + "\n";
    const std::string key = groups_.add(record, prefix);
    if (told_.size() > most_told) return;
    told_[key] = {entry, entry ? matches.best_first.front().matched
                               : std::string(record.message().substr(0, most_line_bytes))};
}

std::vector<LogKind> LogFindings::kinds() const {
    std::vector<LogKind> out;
    for (const logscan::Group* group : groups_.by_count()) {
        const auto told = told_.find(group->key);
        const bool known = told != told_.end();
        out.push_back({group, known ? told->second.entry : nullptr,
                       line_without_head(*group, known ? std::string_view(told->second.line)
                                                       : group->example.message())});
    }
    const auto rank = [](const LogKind& kind) { return !kind.entry ? 0 : kind.entry->weight >= 8 ? 2 : 1; };
    std::stable_sort(out.begin(), out.end(),
                     [&](const LogKind& a, const LogKind& b) { return rank(a) > rank(b); });
    return out;
}

}  // namespace logbook::runbook
