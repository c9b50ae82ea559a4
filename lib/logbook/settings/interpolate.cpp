// Compose's variable substitution, with its own idea of where an expression ends.
#include "logbook/settings/interpolate.h"

#include <algorithm>

#include <fmt/format.h>

namespace logbook::settings {
namespace {

using Values = std::function<std::optional<std::string>(std::string_view)>;

constexpr int deepest = 32;
constexpr size_t largest = 1 << 20;  // a value that names itself twice a line would double with each line

bool starts_name(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t name_length(std::string_view text) {
    if (text.empty() || !starts_name(text[0])) return 0;
    size_t n = 1;
    while (n < text.size() && (starts_name(text[n]) || (text[n] >= '0' && text[n] <= '9'))) ++n;
    return n;
}

// Where the expression that begins with "${" ends: its own closing brace. Compose does not look at the
// character after an opening brace, so the brace of "{}" does not count.
size_t closing_brace(std::string_view text) {
    int open = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '}' && --open == 0) return i;
        if (text[i] == '{') {
            ++open;
            ++i;
        }
    }
    return std::string_view::npos;
}

class Interpolation {
  public:
    explicit Interpolation(const Values& values) : values_(values) {}

    std::string run(std::string_view text, int depth) {
        std::string out;
        while (!text.empty() && done_.problem.empty()) {
            const size_t dollar = text.find('$');
            out += text.substr(0, dollar);
            if (out.size() > largest) return refuse("its value grows too large");
            if (dollar == std::string_view::npos) break;
            text.remove_prefix(dollar + 1);
            if (text.empty() || (text[0] != '$' && text[0] != '{' && !starts_name(text[0]))) {
                out += '$';  // not an expression
            } else if (text[0] == '$') {
                out += '$';
                text.remove_prefix(1);
            } else if (text[0] != '{') {
                const size_t length = name_length(text);
                out += plain(text.substr(0, length));
                text.remove_prefix(length);
            } else {
                out += braced(text, depth);
            }
        }
        return out;
    }

    Interpolated done_;

  private:
    std::string plain(std::string_view name) {
        if (const auto value = values_(name)) return *value;
        done_.blanked.emplace_back(name);
        return {};
    }

    std::string refuse(std::string problem) {
        if (done_.problem.empty()) done_.problem = std::move(problem);
        return {};
    }

    // Remembered, since a line may hold thousands of expressions. All views are parts of one text.
    size_t line_length(std::string_view text) {
        if (line_end_ < text.data()) {
            const size_t end = text.find('\n');
            line_end_ = text.data() + (end == std::string_view::npos ? text.size() : end);
        }
        return std::min(text.size(), size_t(line_end_ - text.data()));
    }

    // `text` begins with "{"; takes the expression off it.
    std::string braced(std::string_view& text, int depth) {
        const std::string_view invalid = "an expression that begins with ${ is not valid";
        const std::string_view inside = text.substr(1);
        const size_t length = name_length(inside);
        if (length == 0) return refuse(std::string(invalid));
        const std::string_view name = inside.substr(0, length);
        std::string_view after = inside.substr(length);
        if (!after.empty() && after[0] == '}') {
            text = after.substr(1);
            return plain(name);
        }
        const bool colon = !after.empty() && after[0] == ':';
        if (colon) after.remove_prefix(1);
        if (after.empty() || (after[0] != '-' && after[0] != '+' && after[0] != '?'))
            return refuse(std::string(invalid));
        const char kind = after[0];
        // It must close on its own line.
        const std::string_view line = text.substr(0, line_length(text));
        const size_t end = closing_brace(line);
        const size_t last = line.rfind('}');
        if (last == std::string_view::npos) return refuse(std::string(invalid));
        const size_t close = end == std::string_view::npos ? last : end;
        const size_t operand_at = size_t(after.data() - text.data()) + 1;
        if (close < operand_at) return refuse(std::string(invalid));
        const std::string_view operand = text.substr(operand_at, close - operand_at);
        text = text.substr(close + 1);
        return apply(name, kind, colon, operand, depth);
    }

    std::string apply(std::string_view name, char kind, bool colon, std::string_view operand, int depth) {
        if (depth >= deepest) return refuse("defaults are nested too deeply");
        const size_t blanked_before = done_.blanked.size();
        // Compose works the operand out even where it is not used, so what is wrong in it counts.
        const std::string other = run(operand, depth + 1);
        if (!done_.problem.empty()) return {};
        const auto value = values_(name);
        const bool usable = value && !(colon && value->empty());
        const bool takes_other = kind == '+' ? usable : kind == '-' && !usable;
        if (!takes_other) done_.blanked.resize(blanked_before);
        if (kind == '?' && !usable)
            return refuse(fmt::format("required variable {} is missing a value", name));
        if (takes_other) return other;
        return value.value_or("");
    }

    const Values& values_;
    const char* line_end_ = nullptr;
};

}  // namespace

Interpolated interpolate(std::string_view text, const Values& lookup) {
    Interpolation work(lookup);
    std::string out = work.run(text, 0);
    Interpolated done = std::move(work.done_);
    if (done.problem.empty()) done.text = std::move(out);
    return done;
}

}  // namespace logbook::settings
