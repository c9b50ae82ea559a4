// Heads of lines, told apart by their first byte.
#include "logbook/logscan/line_head.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace logbook::logscan {
namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// `shape` against the beginning of `text`: 9 is a digit, _ a digit or blank, others are themselves.
bool shaped(std::string_view text, std::string_view shape) {
    if (text.size() < shape.size()) return false;
    for (size_t i = 0; i < shape.size(); ++i) {
        const char want = shape[i], have = text[i];
        if (want == '9' ? !digit(have) : want == '_' ? !digit(have) && have != ' ' : want != have)
            return false;
    }
    return true;
}

bool begins(std::string_view text, std::string_view with) {
    return text.substr(0, with.size()) == with;
}

int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (digit(c) ? c - '0' : 0);
    return value;
}

int month_named(std::string_view name) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const size_t at = name.size() == 3 ? months.find(name) : std::string_view::npos;
    return at == std::string_view::npos || at % 3 != 0 ? 0 : int(at / 3) + 1;
}

// Days since 1970 (Howard Hinnant's civil calendar).
int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = year - era * 400;
    const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

std::optional<WallTime> moment(int year, int month, int day, int hour, int minute, int second,
                               int64_t nanos) {
    if (year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 60)
        return std::nullopt;
    const int64_t seconds =
        days_from_civil(year, month, day) * 86400 + int64_t(hour) * 3600 + int64_t(minute) * 60 + second;
    return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::seconds(seconds) +
                                                                   std::chrono::nanoseconds(nanos)));
}

// The decimals behind a '.' or ',' at `at`, which moves behind them.
int64_t decimals(std::string_view text, size_t& at) {
    if (at + 1 >= text.size() || (text[at] != '.' && text[at] != ',') || !digit(text[at + 1])) return 0;
    int64_t nanos = 0, unit = 100'000'000;
    for (++at; at < text.size() && digit(text[at]); ++at, unit /= 10) nanos += (text[at] - '0') * unit;
    return nanos;
}

// "1:M 22 Nov 2026 08:00:00.123 * Ready": where the date begins, or 0.
size_t redis_date_at(std::string_view line) {
    size_t at = 0;
    while (at < line.size() && at < 10 && digit(line[at])) ++at;
    if (at == 0 || at + 3 >= line.size() || line[at] != ':' || !std::strchr("CMSX", line[at + 1]) ||
        line[at + 1] == '\0' || line[at + 2] != ' ')
        return 0;
    at += 3;
    return shaped(line.substr(at), "99 ") &&
                   shaped(line.substr(std::min(at + 6, line.size())), " 9999 99:99:99")
               ? at
               : 0;
}

// `172.18.0.1 - - [22/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 200`: where the date begins, or 0.
size_t access_date_at(std::string_view line) {
    size_t at = 0;
    while (at < line.size() && at < 46 &&
           (digit(line[at]) || line[at] == '.' || line[at] == ':' || (line[at] >= 'a' && line[at] <= 'f')))
        ++at;
    if (at < 2 || !begins(line.substr(at), " - ")) return 0;
    const size_t bracket = line.substr(0, kind_bytes).find(" [", at + 3);
    return bracket != std::string_view::npos && shaped(line.substr(bracket), " [99/") ? bracket + 2 : 0;
}

constexpr std::array<std::string_view, 6> level_words = {"DEBUG", "INFO",     "WARNING",
                                                         "ERROR", "CRITICAL", "WARNI"};

// "INFO:     text" (uvicorn) and "INFO  [alembic.env] text": bytes until the text, or 0.
size_t level_prefix(std::string_view line, Level* level) {
    for (const std::string_view word : level_words) {
        if (!begins(line, word)) continue;
        size_t at = word.size();
        const bool colon = at < line.size() && line[at] == ':';
        if (colon) ++at;
        const size_t blanks = at;
        while (at < line.size() && line[at] == ' ') ++at;
        if (at == blanks || at >= line.size()) continue;
        if (!colon && line[at] != '[') continue;
        if (level) *level = word == "WARNI" ? Level::warning : *level_named(word);
        if (!colon)
            if (const size_t end = line.find("] ", at); end != std::string_view::npos) at = end + 2;
        return at;
    }
    return 0;
}

// "backend-1  | text", as `docker compose logs` writes: bytes until the text, or 0.
size_t compose_prefix(std::string_view line) {
    size_t at = 0;
    while (at < line.size() && at < 64 &&
           (digit(line[at]) || (line[at] >= 'a' && line[at] <= 'z') || line[at] == '-' || line[at] == '_' ||
            line[at] == '.'))
        ++at;
    const size_t blanks = at;
    while (at < line.size() && at < 80 && line[at] == ' ') ++at;
    return blanks > 0 && at > blanks && begins(line.substr(at), "| ") ? at + 2 : 0;
}

std::string_view word_in_brackets(std::string_view text) {
    const size_t open = text.find('[');
    const size_t close = open == std::string_view::npos ? open : text.find(']', open);
    return close == std::string_view::npos ? std::string_view() : text.substr(open + 1, close - open - 1);
}

void read_iso(std::string_view line, LineHead& head) {
    size_t used = 0;
    head.time = read_timestamp(line, &used);
    const std::string_view rest = line.substr(std::min(used, line.size()));
    if (begins(rest, " | ")) {  // loguru: level, place, message
        const size_t bar = rest.find('|', 3);
        if (bar == std::string_view::npos) return;
        size_t end = bar;
        while (end > 3 && rest[end - 1] == ' ') --end;
        head.level = level_named(rest.substr(3, end - 3)).value_or(Level::none);
        const size_t dash = rest.find(" - ", bar);
        head.message_at = used + (dash == std::string_view::npos ? bar + 1 : dash + 3);
        return;
    }
    const std::string_view word = word_in_brackets(rest.substr(0, 80));
    head.level = level_named(word).value_or(Level::none);
    const size_t at = rest.find(']');
    head.message_at = used + (at == std::string_view::npos || word.empty() ? 0 : at + 1);
}

}  // namespace

std::optional<WallTime> read_timestamp(std::string_view text, size_t* used) {
    if (!shaped(text, "9999-99-99") && !shaped(text, "9999/99/99")) return std::nullopt;
    size_t at = 10;
    int64_t nanos = 0;
    int hour = 0, minute = 0, second = 0, offset = 0;
    if (shaped(text.substr(at), " _9:99:99") || shaped(text.substr(at), "T99:99:99")) {
        hour = number(text.substr(at + 1, 2));
        minute = number(text.substr(at + 4, 2));
        second = number(text.substr(at + 7, 2));
        at += 9;
        nanos = decimals(text, at);
        if (at < text.size() && text[at] == 'Z') {
            ++at;
        } else if (at < text.size() && (text[at] == '+' || text[at] == '-') &&
                   shaped(text.substr(at + 1), "99:99")) {
            offset = (number(text.substr(at + 1, 2)) * 60 + number(text.substr(at + 4, 2))) * 60;
            if (text[at] == '-') offset = -offset;
            at += 6;
        }
    }
    if (used) *used = at;
    auto time = moment(number(text.substr(0, 4)), number(text.substr(5, 2)), number(text.substr(8, 2)), hour,
                       minute, second, nanos);
    if (time) *time -= std::chrono::seconds(offset);
    return time;
}

bool is_json_head(std::string_view line) {
    constexpr std::array<std::string_view, 9> first_keys = {"\"timestamp\"", "\"time\"",    "\"level\"",
                                                            "\"message\"",   "\"text\"",    "\"ts\"",
                                                            "\"msg\"",       "\"asctime\"", "\"logger\""};
    if (line.empty() || line[0] != '{') return false;
    std::string_view rest = line.substr(1);
    if (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
    return std::any_of(first_keys.begin(), first_keys.end(), [&](std::string_view key) {
        return begins(rest, key) && rest.size() > key.size() &&
               (rest[key.size()] == ':' || rest[key.size()] == ' ');
    });
}

LineKind kind_of(std::string_view line) {
    line = line.substr(0, kind_bytes);
    if (line.empty() || line[0] == ' ' || line[0] == '\t') return LineKind::tail;
    switch (line[0]) {
    case 'T':
        if (begins(line, "Traceback (most recent call last)") || begins(line, "The above exception was"))
            return LineKind::trace;
        break;
    case 'D':
        if (begins(line, "During handling of the above exception")) return LineKind::trace;
        break;
    case '[':
        if (begins(line, "[SQL: ") || begins(line, "[parameters: ")) return LineKind::tail;
        return LineKind::plain;
    case '(':
        return begins(line, "(Background on this error at") ? LineKind::tail : LineKind::plain;
    case '>':
        return begins(line, "> File ") ? LineKind::tail : LineKind::plain;
    case '{':
        return is_json_head(line) ? LineKind::head : LineKind::plain;
    default:
        break;
    }
    if (digit(line[0]) && (shaped(line, "9999-99-99 _9:99:99") || shaped(line, "9999-99-99T99:99:99") ||
                           shaped(line, "9999/99/99 99:99:99 [") || redis_date_at(line) > 0))
        return LineKind::head;
    if (level_prefix(line, nullptr) > 0 || access_date_at(line) > 0) return LineKind::head;
    if (const size_t at = compose_prefix(line); at > 0) return kind_of(line.substr(at));
    return LineKind::plain;
}

LineHead read_head(std::string_view line) {
    LineHead head;
    if (const size_t at = compose_prefix(line); at > 0) {
        head = read_head(line.substr(at));
        head.message_at += at;
        return head;
    }
    if (shaped(line, "9999-99-99") || shaped(line, "9999/99/99")) {
        read_iso(line, head);
    } else if (const size_t at = level_prefix(line, &head.level); at > 0) {
        head.message_at = at;
    } else if (const size_t date = redis_date_at(line); date > 0) {
        const std::string_view text = line.substr(date);
        size_t end = 20;
        const int64_t nanos = decimals(text, end);
        head.time =
            moment(number(text.substr(7, 4)), month_named(text.substr(3, 3)), number(text.substr(0, 2)),
                   number(text.substr(12, 2)), number(text.substr(15, 2)), number(text.substr(18, 2)), nanos);
        if (end + 2 < text.size() && text[end] == ' ') {
            const char mark = text[end + 1];
            head.level = mark == '#'   ? Level::warning
                         : mark == '*' ? Level::info
                                       : (mark == '.' || mark == '-' ? Level::debug : Level::none);
            head.message_at = date + end + 3;
        }
    } else if (const size_t access = access_date_at(line); access > 0) {
        const std::string_view text = line.substr(access);  // 22/Nov/2026:08:00:00 +0000] "GET …
        if (shaped(text.substr(std::min<size_t>(6, text.size())), "/9999:99:99:99 ") && text.size() > 26) {
            head.time =
                moment(number(text.substr(7, 4)), month_named(text.substr(3, 3)), number(text.substr(0, 2)),
                       number(text.substr(12, 2)), number(text.substr(15, 2)), number(text.substr(18, 2)), 0);
            const int offset = (number(text.substr(22, 2)) * 60 + number(text.substr(24, 2))) * 60;
            if (head.time) *head.time -= std::chrono::seconds(text[21] == '-' ? -offset : offset);
            head.message_at = std::min(line.size(), access + 28);
        }
        head.level = Level::info;
    }
    head.message_at = std::min(head.message_at, line.size());
    return head;
}

}  // namespace logbook::logscan
