// The filter, and what raw bytes can be searched for on its behalf.
#include "logbook/logscan/filter.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/logscan/fragment.h"
#include "logbook/logscan/line_head.h"

namespace logbook::logscan {
namespace {

bool id_byte(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
}

// `id` as a word of its own.
bool holds_id(std::string_view text, std::string_view id) {
    for (size_t at = text.find(id); at != std::string_view::npos; at = text.find(id, at + 1)) {
        const size_t end = at + id.size();
        if ((at == 0 || !id_byte(text[at - 1])) && (end == text.size() || !id_byte(text[end]))) return true;
    }
    return false;
}

}  // namespace

Result<WallTime> parse_when(std::string_view text, WallTime now) {
    text = trim(text);
    size_t used = 0;
    if (const auto time = read_timestamp(text, &used); time && used == text.size()) return *time;
    std::string ago(text);
    if (ago.size() > 1 && ago.back() == 'd' && ago.size() <= 6 &&
        std::all_of(ago.begin(), ago.end() - 1, [](char c) { return c >= '0' && c <= '9'; }))
        ago = std::to_string(std::stoul(ago.substr(0, ago.size() - 1)) * 24) + "h";
    if (const auto duration = parse_duration(ago)) return now - *duration;
    return fail(ErrorCode::invalid, fmt::format("`{}` is no time", printable(text, 60)),
                "write 2026-11-22T08:00:00Z, 2026-11-22, or how long ago: 10m, 2h, 3d");
}

Result<Filter> Filter::make(FilterOptions options) {
    if (options.since && options.until && *options.since > *options.until)
        return fail(ErrorCode::invalid,
                    fmt::format("--since {} is later than --until {}", iso8601(*options.since),
                                iso8601(*options.until)),
                    "exchange the two");
    std::vector<std::string> patterns;
    for (const std::string& pattern : options.patterns) {
        if (pattern.empty() || contains(pattern, "\n") || contains(pattern, std::string_view("\0", 1)))
            return fail(ErrorCode::invalid,
                        "a pattern stands in one line: it cannot be empty, nor hold a line feed or a NUL",
                        "search for one line of the record; all of it is shown");
        patterns.push_back((options.ignore_case ? "(?i)" : "") +
                           (options.regex ? pattern : escaped_pattern(pattern)));
    }
    auto set = PatternSet::compile(patterns);
    if (!set) return fail(set.error());
    auto scanner = PatternScanner::make(*set);
    if (!scanner) return fail(scanner.error());

    // The rarest of what a wanted record must hold.
    std::optional<std::vector<std::string>> fragments;
    if (!options.request_id.empty()) fragments = safe_fragments({escaped_pattern(options.request_id)});
    if (!fragments && !patterns.empty() && !options.invert) fragments = safe_fragments(patterns);
    Filter filter(std::move(options), std::move(*scanner));
    if (fragments)
        if (auto block = PatternSet::compile(*fragments, ScanUnit::block))
            filter.interest_.fragments = *block;
    filter.interest_.since = filter.options_.since;
    filter.interest_.until = filter.options_.until;
    return filter;
}

bool Filter::in_line(std::string_view line) {
    if (options_.patterns.size() == 1 && !options_.regex && !options_.ignore_case)
        return contains(line, options_.patterns.front());
    return !scanner_.scan(line).empty();
}

bool Filter::matches(const Record& record) {
    // Of LOG_FORMAT=json the head is of our making: only what the application wrote counts.
    std::string_view rest = record.raw.empty() ? std::string_view(record.text) : record.message();
    if (!record.raw.empty() && in_line(record.raw)) return true;
    for (;;) {
        const size_t end = rest.find('\n');
        if (in_line(rest.substr(0, end))) return true;
        if (end == std::string_view::npos) return false;
        rest.remove_prefix(end + 1);
    }
}

bool Filter::of_request(const Record& record) const {
    return record.request_id == options_.request_id || holds_id(record.text, options_.request_id) ||
           holds_id(record.raw, options_.request_id);
}

bool Filter::wants(const Record& record) {
    if (options_.since || options_.until) {
        if (!record.time) {
            ++timeless_;
            return false;
        }
        if ((options_.since && *record.time < *options_.since) ||
            (options_.until && *record.time > *options_.until))
            return false;
    }
    if (options_.level && record.level < *options_.level) return false;
    if (!options_.request_id.empty() && !of_request(record)) return false;
    return options_.patterns.empty() || matches(record) != options_.invert;
}

}  // namespace logbook::logscan
