// Cuts a pattern at everything whose spelling in JSON may differ, and keeps the heaviest piece. What this
// small parser does not know counts as uncertain.
#include "logbook/logscan/fragment.h"

#include <algorithm>
#include <cctype>

namespace logbook::logscan {
namespace {

// Bytes of plain text that are rare enough in any log to be searched for alone.
constexpr size_t long_literal = 6;

bool safe_byte(char c) {
    return c >= ' ' && c < 0x7f && std::string_view("\"\\<>&").find(c) == std::string_view::npos;
}

bool letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

struct Piece {
    std::string text;
    size_t weight = 0;  // bytes that every match of it has
    bool safe = false;
    bool literal = false;  // one byte that stands for itself
};

class Cutter {
  public:
    // `literals`: only bytes that stand for themselves, once each, count as certain.
    Cutter(std::string_view pattern, bool literals) : rest_(pattern), literals_(literals) {}

    // All of the pattern, or nullopt where this parser is out of its depth.
    std::optional<Piece> whole() {
        std::string flags;
        if (rest_.substr(0, 4) == "(?i)") {
            flags = "(?i)";
            rest_.remove_prefix(4);
        }
        auto piece = alternatives(0);
        if (!piece || !rest_.empty()) return std::nullopt;
        piece->text = flags + piece->text;
        return piece;
    }

  private:
    static constexpr int deepest = 20;

    // `a|b`: each side gives its heaviest piece. `exact` is set when the whole of it is safe.
    std::optional<Piece> alternatives(int depth) {
        if (depth > deepest) return std::nullopt;
        Piece all;
        bool exact = true, first = true;
        size_t lightest = 0;
        for (;;) {
            bool side_exact = true;
            auto side = sequence(depth, side_exact);
            if (!side) return std::nullopt;
            exact = exact && side_exact;
            lightest = first ? side->weight : std::min(lightest, side->weight);
            all.text += (first ? "" : "|") + side->text;
            first = false;
            if (rest_.empty() || rest_[0] != '|') break;
            rest_.remove_prefix(1);
        }
        all.weight = lightest;
        all.safe = exact;
        return all;
    }

    std::optional<Piece> sequence(int depth, bool& exact) {
        Piece best, run;
        const auto cut = [&] {
            if (run.weight > best.weight) best = run;
            run = Piece{};
        };
        while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
            auto atom = next_atom(depth);
            if (!atom) return std::nullopt;
            size_t least = 1;
            const std::string times = quantifier(least);
            if (atom->safe && !(literals_ && (!times.empty() || !atom->literal))) {
                run.text += atom->text + times;
                run.weight += atom->weight * std::min<size_t>(least, 8);
                continue;
            }
            exact = false;
            cut();
            // What stands inside a group that must occur is as certain as what stands outside.
            if (least > 0 && atom->weight > best.weight) best = *atom;
        }
        cut();
        return best;
    }

    std::optional<Piece> next_atom(int depth) {
        const char c = rest_[0];
        if (c == '(') return group(depth);
        if (c == '[') return set();
        rest_.remove_prefix(1);
        if (c == '\\') return escape();
        if (c == '.' || c == '^' || c == '$') return Piece{};
        if (c == '*' || c == '+' || c == '?' || c == '{') return std::nullopt;
        if (!safe_byte(c)) return Piece{};
        return Piece{std::string(1, c), 1, true, true};
    }

    std::optional<Piece> escape() {
        if (rest_.empty()) return std::nullopt;
        const char c = rest_[0];
        rest_.remove_prefix(1);
        if (c == 'd' || c == 'w') return Piece{std::string("\\") + c, 1, true};
        if (std::string_view("bBsSDWnrtvfeAzZ").find(c) != std::string_view::npos) return Piece{};
        if (c == 'x' && rest_.size() >= 2 && std::isxdigit(static_cast<unsigned char>(rest_[0])) &&
            std::isxdigit(static_cast<unsigned char>(rest_[1]))) {
            rest_.remove_prefix(2);
            return Piece{};
        }
        if (letter(c) || (c >= '0' && c <= '9') || (c & 0x80)) return std::nullopt;  // \Q, \1, \p
        if (!safe_byte(c)) return Piece{};
        return Piece{std::string("\\") + c, 1, true, true};
    }

    std::optional<Piece> group(int depth) {
        rest_.remove_prefix(1);
        if (!rest_.empty() && rest_[0] == '?') {
            if (rest_.substr(0, 2) != "?:") return std::nullopt;
            rest_.remove_prefix(2);
        }
        auto inner = alternatives(depth + 1);
        if (!inner || rest_.empty() || rest_[0] != ')') return std::nullopt;
        rest_.remove_prefix(1);
        inner->text = "(?:" + inner->text + ")";
        return inner;
    }

    // `[A-Z0-9]` of safe bytes only; a negated set or one with an escape is uncertain.
    std::optional<Piece> set() {
        size_t at = 1;
        bool safe = true;
        if (at < rest_.size() && rest_[at] == '^') {
            safe = false;
            ++at;
        }
        for (bool first = true;; first = false, ++at) {
            if (at >= rest_.size()) return std::nullopt;
            if (rest_[at] == ']' && !first) break;
            if (rest_[at] == '[') return std::nullopt;  // [:alpha:], or a slip
            if (rest_[at] == '\\') {
                safe = false;
                if (++at >= rest_.size()) return std::nullopt;
                continue;
            }
            // A range such as [!-~] holds bytes that are not safe.
            if (rest_[at] == '-' && !first && at + 1 < rest_.size() && rest_[at + 1] != ']' &&
                !(std::isalnum(static_cast<unsigned char>(rest_[at - 1])) &&
                  std::isalnum(static_cast<unsigned char>(rest_[at + 1])) &&
                  (std::isdigit(static_cast<unsigned char>(rest_[at - 1])) != 0) ==
                      (std::isdigit(static_cast<unsigned char>(rest_[at + 1])) != 0)))
                safe = false;
            if (!safe_byte(rest_[at])) safe = false;
        }
        const std::string text(rest_.substr(0, at + 1));
        rest_.remove_prefix(at + 1);
        return safe ? Piece{text, 1, true} : Piece{};
    }

    // Takes `?`, `*`, `+`, `{2,5}` and a `?` behind it; `least` becomes how often the atom must occur.
    std::string quantifier(size_t& least) {
        if (rest_.empty()) return {};
        std::string text;
        const char c = rest_[0];
        if (c == '?' || c == '*' || c == '+') {
            least = c == '+' ? 1 : 0;
            text = c;
            rest_.remove_prefix(1);
        } else if (c == '{') {
            const size_t end = rest_.find('}');
            if (end == std::string_view::npos || end > 12) return {};  // the next atom will give up
            least = 0;
            for (size_t i = 1; i < end && rest_[i] >= '0' && rest_[i] <= '9'; ++i)
                least = least * 10 + size_t(rest_[i] - '0');
            text = rest_.substr(0, end + 1);
            rest_.remove_prefix(end + 1);
        } else {
            return {};
        }
        if (!rest_.empty() && rest_[0] == '?')
            rest_.remove_prefix(1);  // greed does not change whether it matches
        return text;
    }

    std::string_view rest_;
    bool literals_;
};

}  // namespace

std::string escaped_pattern(std::string_view fixed) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : fixed) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < ' ' || byte >= 0x7f) {
            out += "\\x";
            out += digits[byte >> 4];
            out += digits[byte & 15];
            continue;
        }
        if (std::string_view("\\^$.[]|()?*+{}-#").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

std::optional<std::string> safe_fragment(std::string_view pattern) {
    // The engine finds plain text several times faster than an expression.
    const auto literal = Cutter(pattern, true).whole();
    if (literal && literal->weight >= long_literal) return literal->text;
    const auto piece = Cutter(pattern, false).whole();
    if (!piece || piece->weight < least_bytes) return std::nullopt;
    return piece->text;
}

std::optional<std::vector<std::string>> safe_fragments(const std::vector<std::string>& patterns) {
    std::vector<std::string> fragments;
    for (const std::string& pattern : patterns) {
        auto fragment = safe_fragment(pattern);
        if (!fragment) return std::nullopt;
        fragments.push_back(std::move(*fragment));
    }
    return fragments;
}

}  // namespace logbook::logscan
