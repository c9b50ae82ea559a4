// Text helpers. UTF-8 is decoded by one strict decoder that refuses overlong forms and surrogates.
#include "logbook/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>

namespace logbook {
namespace {

constexpr char32_t broken = 0xFFFFFFFF;

// Decodes one code point at `at` and moves past it; a broken sequence yields `broken` and moves by one byte.
char32_t next_code_point(std::string_view text, size_t& at) {
    const auto byte = [&](size_t i) { return i < text.size() ? uint8_t(text[i]) : uint8_t(0); };
    const uint8_t lead = byte(at);
    size_t length = 0;
    char32_t value = 0, smallest = 0;
    if (lead < 0x80) return ++at, char32_t(lead);
    if (lead >= 0xC2 && lead < 0xE0)
        length = 2, value = lead & 0x1Fu, smallest = 0x80;
    else if (lead >= 0xE0 && lead < 0xF0)
        length = 3, value = lead & 0x0Fu, smallest = 0x800;
    else if (lead >= 0xF0 && lead < 0xF5)
        length = 4, value = lead & 0x07u, smallest = 0x10000;
    else
        return ++at, broken;
    for (size_t i = 1; i < length; ++i) {
        const uint8_t next = byte(at + i);
        if ((next & 0xC0u) != 0x80) return ++at, broken;
        value = value << 6 | (next & 0x3Fu);
    }
    if (value < smallest || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return ++at, broken;
    at += length;
    return value;
}

bool is_control(char32_t c) {
    // C0, DEL, C1, and the marks that reorder text or hide in it: a log line may not rearrange the terminal.
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

int columns_of(char32_t c) {
    if (c == broken) return 1;
    if ((c >= 0x300 && c < 0x370) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
    const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                      (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                      (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                      (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
}

// Damerau-Levenshtein in its restricted form: insert, delete, change, swap of neighbours.
size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
    for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
    for (size_t i = 1; i <= a.size(); ++i)
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    return cost[a.size()][b.size()];
}

}  // namespace

std::string_view trim(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    size_t start = 0;
    for (size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator, start)) {
        parts.emplace_back(text.substr(start, at - start));
        start = at + 1;
    }
    parts.emplace_back(text.substr(start));
    return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) out += separator;
        out += parts[i];
    }
    return out;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
    if (from.empty()) return text;
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        out += digits[uint8_t(c) >> 4];
        out += digits[uint8_t(c) & 15];
    }
    return out;
}

std::string counted(size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string printable(std::string_view untrusted, size_t most) {
    std::string out;
    for (size_t at = 0; at < untrusted.size();) {
        const size_t start = at;
        const char32_t c = next_code_point(untrusted, at);
        if (out.size() + (at - start) > most) return out + "…";
        if (c == U'\n' || c == U'\t' || c == U'\r')
            out += ' ';
        else if (c == broken || is_control(c))
            out += "�";
        else
            out += untrusted.substr(start, at - start);
    }
    return out;
}

bool valid_utf8(std::string_view text) {
    for (size_t at = 0; at < text.size();)
        if (next_code_point(text, at) == broken) return false;
    return true;
}

size_t display_width(std::string_view utf8) {
    size_t width = 0;
    for (size_t at = 0; at < utf8.size();) width += size_t(columns_of(next_code_point(utf8, at)));
    return width;
}

std::vector<std::string> wrap(std::string_view utf8, size_t width) {
    std::vector<std::string> lines;
    for (const std::string& paragraph : split(utf8, '\n')) {
        std::string line;
        for (const std::string& word : split(paragraph, ' ')) {
            if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
                lines.push_back(std::move(line));
                line = word;
            } else {
                if (!line.empty()) line += ' ';
                line += word;
            }
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    std::string best;
    size_t best_cost = SIZE_MAX;
    for (const std::string& candidate : candidates) {
        if (word.size() > 64 || candidate.size() > 64) continue;
        const size_t cost = edits(word, candidate);
        if (cost < best_cost && cost <= std::max<size_t>(1, candidate.size() / 3)) {
            best = candidate;
            best_cost = cost;
        }
    }
    return best;
}

std::string shell_quoted(std::string_view word) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+,";
    if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) return std::string(word);
    return "'" + replace_all(std::string(word), "'", "'\\''") + "'";
}

}  // namespace logbook
