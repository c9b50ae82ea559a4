// Editing by byte spans, last one first, so that the earlier spans stay right.
#include "logbook/secrets/env_edit.h"

#include <algorithm>

#include <fmt/format.h>

#include "logbook/settings/env_file.h"

namespace logbook::secrets {
namespace {

using settings::EnvAssignment;
using settings::EnvFile;

// The text that the file holds between an assignment's quotes.
std::string_view raw_value(std::string_view bytes, const EnvAssignment& assignment) {
    return bytes.substr(assignment.value_begin, assignment.value_end - assignment.value_begin);
}

// `KEY= # a comment`: to Compose the comment is the value. It stays, and becomes one.
bool is_comment(std::string_view bytes, const EnvAssignment& assignment) {
    const size_t at = assignment.value_begin;
    return assignment.quote == 0 && assignment.value_end > at && bytes[at] == '#' && at > 0 &&
           (bytes[at - 1] == ' ' || bytes[at - 1] == '\t');
}

Status only_these_changed(std::string_view before_bytes, const EnvFile& before, std::string_view after_bytes,
                          const EnvFile& after, const NewValues& values) {
    const auto wrong = [](std::string_view name) {
        return fail(ErrorCode::conflict, fmt::format("{} cannot be set without changing other lines", name),
                    "look at the lines around it: a quote may be missing");
    };
    if (!after.readable() || after.inherited != before.inherited) return wrong(values.front().first);
    for (const auto& [name, value] : values) {
        const EnvAssignment* found = after.find(name);
        if (!found || !(found->value == value)) return wrong(name);
    }
    // All other assignments keep their very bytes, in their order; what was appended comes after them.
    if (after.assignments.size() < before.assignments.size()) return wrong(values.front().first);
    for (size_t i = 0; i < before.assignments.size(); ++i) {
        const EnvAssignment& old = before.assignments[i];
        const EnvAssignment& now = after.assignments[i];
        const bool is_target = std::any_of(values.begin(), values.end(), [&](const auto& pair) {
            return pair.first == old.name && before.find(old.name) == &old;
        });
        if (old.name != now.name || old.quote != now.quote ||
            (!is_target && raw_value(before_bytes, old) != raw_value(after_bytes, now)))
            return wrong(old.name);
    }
    return {};
}

}  // namespace

Result<Secret> edit_env(const Secret& bytes, const NewValues& values, const settings::Lookup& outer) {
    const std::string_view old_bytes = bytes.reveal();
    if (values.empty()) return bytes;
    const EnvFile before = settings::parse_env(old_bytes, outer);
    if (!before.readable())
        return fail(ErrorCode::invalid,
                    fmt::format("line {}: {}", before.problems.front().line, before.problems.front().what));

    struct Replacement {
        size_t begin, end;
        Secret value;
    };
    std::vector<Replacement> replacements;
    const std::string_view line_end = before.crlf ? "\r\n" : "\n";
    std::string appended;
    for (const auto& [name, value] : values) {
        const EnvAssignment* found = before.find(name);
        if (found && is_comment(old_bytes, *found))
            replacements.push_back(
                {found->value_begin, found->value_begin, Secret(std::string(value.reveal()) + " ")});
        else if (found)
            replacements.push_back({found->value_begin, found->value_end, value});
        else
            appended.append(name).append("=").append(value.reveal()).append(line_end);
    }
    std::sort(replacements.begin(), replacements.end(),
              [](const Replacement& a, const Replacement& b) { return a.begin > b.begin; });

    std::string text(old_bytes);
    for (const Replacement& replacement : replacements)
        text.replace(replacement.begin, replacement.end - replacement.begin, replacement.value.reveal());
    if (!appended.empty()) {
        if (!text.empty() && text.back() != '\n') text.append(line_end);
        text.append(appended);
    }
    Secret result(std::move(text));
    const EnvFile after = settings::parse_env(result.reveal(), outer);
    if (Status checked = only_these_changed(old_bytes, before, result.reveal(), after, values); !checked)
        return fail(checked.error());
    return result;
}

}  // namespace logbook::secrets
