// The `.env` reader. It follows Compose v2's grammar, oddities included: an assignment may begin right after
// a closing quote, `:` assigns like `=`, and blanks may stand on either side of it.
#include "logbook/settings/env_file.h"

#include <map>

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/settings/interpolate.h"

namespace logbook::settings {
namespace {

constexpr std::string_view bom = "\xEF\xBB\xBF";

// The length of a blank at `at`, 0 when there is none. Unicode's spaces are blanks to Compose too.
size_t blank_at(std::string_view text, size_t at, bool line_feeds) {
    const auto byte = [&](size_t i) { return i < text.size() ? uint8_t(text[i]) : uint8_t(0); };
    const uint8_t c = byte(at);
    if (c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r') return 1;
    if (c == '\n') return line_feeds ? 1 : 0;
    if (c == 0xC2 && (byte(at + 1) == 0x85 || byte(at + 1) == 0xA0)) return 2;
    if (!line_feeds) return 0;
    if (c == 0xE1 && byte(at + 1) == 0x9A && byte(at + 2) == 0x80) return 3;
    if (c == 0xE2 && byte(at + 1) == 0x80 &&
        ((byte(at + 2) >= 0x80 && byte(at + 2) <= 0x8A) || byte(at + 2) == 0xA8 || byte(at + 2) == 0xA9 ||
         byte(at + 2) == 0xAF))
        return 3;
    if (c == 0xE2 && byte(at + 1) == 0x81 && byte(at + 2) == 0x9F) return 3;
    if (c == 0xE3 && byte(at + 1) == 0x80 && byte(at + 2) == 0x80) return 3;
    return 0;
}

std::string_view without_trailing_blanks(std::string_view text) {
    for (bool more = true; more && !text.empty();) {
        more = false;
        for (size_t length = 1; length <= 3 && length <= text.size(); ++length)
            if (blank_at(text, text.size() - length, true) == length) {
                text.remove_suffix(length);
                more = true;
                break;
            }
    }
    return text;
}

bool may_stand_in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-' || c == '[' || c == ']' || uint8_t(c) >= 0x80;
}

void append_utf8(std::string& out, unsigned code) {  // up to U+00FF
    if (code < 0x80) {
        out += char(code);
    } else {
        out += char(0xC0 | code >> 6);
        out += char(0x80 | (code & 63));
    }
}

// `\0` and up to three digits. Three octal ones make a character; otherwise only the zero goes.
void append_octal(std::string& out, std::string_view digits) {
    unsigned code = 0;
    bool octal = digits.size() == 3;
    for (const char c : digits) {
        octal = octal && c < '8';
        code = code * 8 + unsigned(c - '0');
    }
    if (octal && code <= 255)
        append_utf8(out, code);
    else
        out.append("\\").append(digits);
}

// The escapes of a double-quoted value. A dollar sign stays escaped for the interpolation that follows.
std::string unescaped(std::string_view raw) {
    constexpr std::string_view letters = "abfnrtv\"\\";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v\"\\";
    std::string out;
    for (size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\' || i + 1 == raw.size()) {
            out += raw[i];
            continue;
        }
        const char c = raw[i + 1];
        if (const size_t at = letters.find(c); at != std::string_view::npos) {
            out += meanings[at];
            ++i;
        } else if (c == '$') {
            out += "$$";
            ++i;
        } else if (c == '0') {
            size_t end = i + 2;
            while (end < raw.size() && end < i + 5 && raw[end] >= '0' && raw[end] <= '9') ++end;
            append_octal(out, raw.substr(i + 2, end - i - 2));
            i = end - 1;
        } else {
            out += '\\';
        }
    }
    return out;
}

class Reader {
  public:
    Reader(std::string_view bytes, const Lookup& outer) : text_(bytes), outer_(outer) {}

    EnvFile run() {
        file_.has_bom = text_.substr(0, bom.size()) == bom;
        if (file_.has_bom) at_ = bom.size();
        const size_t first_end = text_.find('\n');
        file_.crlf = first_end != std::string_view::npos && first_end > 0 && text_[first_end - 1] == '\r';
        while (file_.problems.empty() && skip_to_statement()) statement();
        return std::move(file_);
    }

  private:
    void skip_blanks(bool line_feeds) {
        while (at_ < text_.size()) {
            const size_t length = blank_at(text_, at_, line_feeds);
            if (length == 0) return;
            at_ += length;
        }
    }

    bool skip_to_statement() {
        for (;;) {
            skip_blanks(true);
            if (at_ == text_.size()) return false;
            if (text_[at_] != '#') return true;
            at_ = std::min(text_.find('\n', at_), text_.size());
        }
    }

    size_t line_of(size_t at) {
        for (; counted_to_ < at; ++counted_to_) line_ += text_[counted_to_] == '\n';
        return line_;
    }

    void problem(size_t at, std::string what) { file_.problems.push_back({line_of(at), std::move(what)}); }

    void skip_export() {
        constexpr std::string_view word = "export";
        if (text_.substr(at_, word.size()) != word) return;
        const size_t after = at_ + word.size();
        if (after >= text_.size() ||
            std::string_view(" \t\n\f\r").find(text_[after]) == std::string_view::npos)
            return;
        at_ = after;
        while (at_ < text_.size() && std::string_view(" \t\n\f\r").find(text_[at_]) != std::string_view::npos)
            ++at_;
        skip_blanks(false);
    }

    void statement() {
        skip_export();
        if (at_ == text_.size() && text_.back() == '\n')
            return;  // an `export` with only blank lines after it
        const size_t begin = at_;
        line_of(begin);
        const size_t line = line_;
        for (; at_ < text_.size(); ++at_) {
            if (const size_t blank = blank_at(text_, at_, false)) {
                at_ += blank - 1;
                continue;
            }
            const char c = text_[at_];
            if (c == '=' || c == ':' || c == '\n') break;
            if (!may_stand_in_name(c))
                return problem(at_, fmt::format("unexpected character {} in a variable's name",
                                                c > ' ' && c < 0x7f ? fmt::format("`{}`", c)
                                                                    : fmt::format("0x{:02x}", uint8_t(c))));
        }
        if (at_ == text_.size())
            return problem(begin, "a name stands alone at the end of the file: `=` and a value are missing");
        const std::string_view name = without_trailing_blanks(text_.substr(begin, at_ - begin));
        if (name.empty()) return problem(begin, "the name before the value is missing");
        if (name.find(' ') != std::string_view::npos)
            return problem(begin, "a variable's name contains a blank");
        const bool inherited = text_[at_] == '\n';
        ++at_;
        skip_blanks(false);
        if (inherited)
            file_.inherited.emplace_back(name);
        else
            value(std::string(name), line);
    }

    void value(std::string name, size_t line) {
        EnvAssignment assignment;
        assignment.name = std::move(name);
        assignment.line = line;
        std::string raw;
        if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
            assignment.quote = text_[at_];
            assignment.value_begin = at_ + 1;
            size_t end = at_ + 1;
            for (bool escaped = false; end < text_.size(); ++end) {
                if (text_[end] == assignment.quote && !escaped) break;
                escaped = text_[end] == '\\' && !escaped;
            }
            if (end == text_.size())
                return problem(at_, fmt::format("the quote {} is not closed", assignment.quote));
            assignment.value_end = end;
            at_ = end + 1;
            raw = text_.substr(assignment.value_begin, end - assignment.value_begin);
            raw = assignment.quote == '"' ? unescaped(raw) : replace_all(std::move(raw), "\\'", "'");
        } else {
            const size_t end = std::min(text_.find('\n', at_), text_.size());
            std::string_view rest = text_.substr(at_, end - at_);
            rest = without_trailing_blanks(rest.substr(0, rest.find(" #")));
            assignment.value_begin = at_;
            assignment.value_end = at_ + rest.size();
            at_ = std::min(end + 1, text_.size());
            raw = rest;
        }
        if (assignment.quote != '\'') {
            Interpolated done = interpolate(raw, [&](std::string_view wanted) { return known(wanted); });
            if (!done.problem.empty()) return problem(assignment.value_begin, std::move(done.problem));
            raw = std::move(done.text);
            assignment.blanked = std::move(done.blanked);
        }
        total_ += raw.size();
        if (total_ > 4 * largest_env_file)
            return problem(assignment.value_begin, "the values grow too large");
        assignment.value = Secret(std::move(raw));
        latest_[assignment.name] = file_.assignments.size();
        file_.assignments.push_back(std::move(assignment));
    }

    std::optional<std::string> known(std::string_view name) const {
        if (outer_)
            if (auto value = outer_(name)) return value;
        const auto found = latest_.find(name);
        if (found == latest_.end()) return std::nullopt;
        return std::string(file_.assignments[found->second].value.reveal());
    }

    std::string_view text_;
    const Lookup& outer_;
    EnvFile file_;
    size_t at_ = 0;
    size_t counted_to_ = 0;
    size_t line_ = 1;
    size_t total_ = 0;
    std::map<std::string, size_t, std::less<>> latest_;
};

}  // namespace

const EnvAssignment* EnvFile::find(std::string_view name) const {
    for (auto i = assignments.rbegin(); i != assignments.rend(); ++i)
        if (i->name == name) return &*i;
    return nullptr;
}

EnvFile parse_env(std::string_view bytes, const Lookup& outer) {
    return Reader(bytes, outer).run();
}

Result<LoadedEnv> load_env(const std::filesystem::path& path, const Lookup& outer) {
    Result<host::FileText> text = host::read_file(path, largest_env_file);
    if (!text) {
        Error error = text.error();
        if (error.code == ErrorCode::not_found)
            error.hint = "run it in the folder of docker-compose.yml, or name that folder with -C DIR";
        return fail(std::move(error));
    }
    LoadedEnv loaded{path, {}, Secret(std::move(text->bytes)), text->facts};
    const std::string_view bytes = loaded.bytes.reveal();
    if (bytes.find('\0') != std::string_view::npos || !valid_utf8(bytes))
        return fail(ErrorCode::invalid, fmt::format("{} is not text", path.string()),
                    "check that this is the right file: a .env is UTF-8 text of NAME=value lines");
    loaded.file = parse_env(bytes, outer);
    return loaded;
}

}  // namespace logbook::settings
