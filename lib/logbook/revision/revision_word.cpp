// Reading the words.
#include "logbook/revision/revision_word.h"

#include <charconv>

#include "logbook/base/text.h"

namespace logbook::revision {
namespace {

bool is_word(char c) {
    return (c & 0x80) || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

// Longer walks end at the chain's ends all the same.
constexpr long most_steps = 1'000'000;

}  // namespace

std::optional<Relative> relative_in(std::string_view text) {
    const auto read = [](std::string_view rest, Relative& out) {
        size_t at = 0;
        while (at < rest.size() && is_word(rest[at])) ++at;
        size_t end = at;
        if (end >= rest.size() || (rest[end] != '+' && rest[end] != '-')) return false;
        for (++end; end < rest.size() && rest[end] >= '0' && rest[end] <= '9';) ++end;
        if (end == at + 1) return false;
        if (at > 0) out.symbol = std::string(rest.substr(0, at));
        out.number = std::string(rest.substr(at, end - at));
        long steps = most_steps;
        if (end - at < 8) std::from_chars(rest.data() + at + 1, rest.data() + end, steps);
        out.steps = rest[at] == '-' ? -steps : steps;
        return true;
    };
    Relative found;
    for (size_t at = text.find('@', 1); at != std::string_view::npos; at = text.find('@', at + 1))
        if (read(text.substr(at + 1), found)) {
            found.branch = std::string(text.substr(0, at));
            return found;
        }
    if (read(text, found)) return found;
    return std::nullopt;
}

std::optional<long> negative_number(std::string_view text) {
    text = trim(text);
    if (text.size() < 2 || text[0] != '-') return std::nullopt;
    std::string digits;
    for (size_t i = 1; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        const bool joins = text[i] == '_' && i > 1 && i + 1 < text.size() && text[i - 1] != '_';
        if (!digit && !joins) return std::nullopt;
        if (digit) digits += text[i];
    }
    long steps = most_steps;
    if (digits.size() < 8) std::from_chars(digits.data(), digits.data() + digits.size(), steps);
    if (steps == 0) return std::nullopt;
    return -steps;
}

}  // namespace logbook::revision
