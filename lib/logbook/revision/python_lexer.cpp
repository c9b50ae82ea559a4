// One pass over the bytes.
#include "logbook/revision/python_lexer.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/revision/python_text.h"

namespace logbook::revision {
namespace {

constexpr size_t most_brackets = 200;  // Python's own limit
constexpr unsigned deepest_field = 20;

bool is_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_name_part(char c) {
    return is_name_start(c) || is_digit(c);
}

}  // namespace

tl::unexpected<Error> PythonLexer::wrong(std::string_view what, uint32_t line) const {
    return fail(ErrorCode::invalid, fmt::format("line {}: {}", line, what));
}

bool PythonLexer::at_line_end() const {
    return at_ < source_.size() && (source_[at_] == '\n' || source_[at_] == '\r');
}

void PythonLexer::skip_line_end() {
    if (source_[at_] == '\r' && at_ + 1 < source_.size() && source_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
}

void PythonLexer::skip_blanks() {
    while (at_ < source_.size()) {
        const char c = source_[at_];
        if (c == ' ' || c == '\t' || c == '\f') {
            ++at_;
        } else if (c == '#') {
            while (at_ < source_.size() && !at_line_end()) ++at_;
        } else if (c == '\\' && at_ + 1 < source_.size() &&
                   (source_[at_ + 1] == '\n' || source_[at_ + 1] == '\r')) {
            ++at_;
            skip_line_end();
        } else if (at_line_end() && !brackets_.empty()) {
            skip_line_end();
        } else {
            return;
        }
    }
}

Result<bool> PythonLexer::next(LogicalLine& out) {
    out.tokens.clear();
    // Lines without a token are no lines, whatever their indentation.
    for (;;) {
        out.indent = 0;
        for (; at_ < source_.size(); ++at_) {
            const char c = source_[at_];
            if (c == ' ')
                ++out.indent;
            else if (c == '\t')
                out.indent = (out.indent / 8 + 1) * 8;
            else if (c == '\f')
                out.indent = 0;
            else
                break;
        }
        skip_blanks();
        if (at_ >= source_.size()) return false;
        if (!at_line_end()) break;
        skip_line_end();
    }
    out.line = line_;
    while (at_ < source_.size() && !at_line_end()) {
        if (Status read = read_token(out); !read) return fail(read.error());
        skip_blanks();
    }
    if (!brackets_.empty()) return wrong(fmt::format("`{}` is never closed", brackets_.back()), out.line);
    if (at_ < source_.size()) skip_line_end();
    return true;
}

Status PythonLexer::read_token(LogicalLine& out) {
    const size_t begin = at_;
    const char c = source_[at_];
    Token token;
    token.line = line_;
    if (is_name_start(c)) {
        while (at_ < source_.size() && is_name_part(source_[at_])) ++at_;
        token.source = source_.substr(begin, at_ - begin);
        if (at_ < source_.size() && (source_[at_] == '"' || source_[at_] == '\'') &&
            token.source.size() <= 2 && text_prefix(token.source).known)
            return read_text(out, begin, token.source);
        token.kind = Token::Kind::name;
    } else if (c == '"' || c == '\'') {
        return read_text(out, begin, {});
    } else if (is_digit(c)) {
        while (at_ < source_.size() && (is_name_part(source_[at_]) || source_[at_] == '.')) ++at_;
        token.source = source_.substr(begin, at_ - begin);
        token.kind = Token::Kind::number;
    } else {
        if (c == '\0') return wrong("a NUL byte, which Python refuses", line_);
        ++at_;
        if (c == '(' || c == '[' || c == '{') {
            if (brackets_.size() == most_brackets) return wrong("too many nested brackets", line_);
            brackets_ += c;
        } else if (c == ')' || c == ']' || c == '}') {
            const char opening = c == ')' ? '(' : c == ']' ? '[' : '{';
            if (brackets_.empty() || brackets_.back() != opening)
                return wrong(fmt::format("`{}` closes nothing", c), line_);
            brackets_.pop_back();
        } else if (at_ < source_.size() && source_[at_] == '=' &&
                   std::string_view("=!<>:+-*/%@&|^").find(c) != std::string_view::npos) {
            ++at_;  // `==` and `+=` are no assignments
        }
        token.source = source_.substr(begin, at_ - begin);
    }
    out.tokens.push_back(std::move(token));
    return {};
}

// A replacement field of a formatted text, from behind its `{` to its `}`. It holds an expression, in which
// even the same quotes may stand (PEP 701), and behind a colon a format, in which quotes are plain bytes.
Status PythonLexer::skip_field() {
    const uint32_t begun = line_;
    if (fields_ == deepest_field) return wrong("fields too deep in a formatted text", begun);
    ++fields_;
    LogicalLine inside;
    size_t open = 0;
    while (at_ < source_.size()) {
        const char c = source_[at_];
        if (at_line_end()) {
            skip_line_end();
        } else if (c == '#') {
            while (at_ < source_.size() && !at_line_end()) ++at_;
        } else if (c == '(' || c == '[' || c == '{') {
            ++open;
            ++at_;
        } else if (open > 0 && (c == ')' || c == ']' || c == '}')) {
            --open;
            ++at_;
        } else if (c == '}') {
            ++at_;
            --fields_;
            return {};
        } else if (c == ':' && open == 0) {
            for (++at_; at_ < source_.size() && source_[at_] != '}';) {
                if (source_[at_] == '{') {
                    ++at_;
                    if (Status nested = skip_field(); !nested) return nested;
                } else if (at_line_end()) {
                    skip_line_end();
                } else {
                    ++at_;
                }
            }
        } else if (c == '"' || c == '\'' || is_name_start(c)) {
            size_t end = at_;
            while (end < source_.size() && is_name_part(source_[end])) ++end;
            const std::string_view letters = source_.substr(at_, end - at_);
            const bool quoted = end < source_.size() && (source_[end] == '"' || source_[end] == '\'');
            if (quoted && letters.size() <= 2 && text_prefix(letters).known) {
                const size_t begin = at_;
                at_ = end;
                if (Status read = read_text(inside, begin, letters); !read) return read;
                inside.tokens.clear();
            } else {
                at_ = std::max(end, at_ + 1);
            }
        } else {
            ++at_;
        }
    }
    return wrong("a field of a formatted text has no end", begun);
}

// From the opening quote on; `begin` is where its prefix begins.
Status PythonLexer::read_text(LogicalLine& out, size_t begin, std::string_view letters) {
    const TextPrefix prefix = text_prefix(letters);
    const uint32_t begun = line_;
    const char quote = source_[at_];
    const bool triple = source_.substr(at_, 3) == std::string(3, quote);
    at_ += triple ? 3 : 1;
    const size_t body = at_;
    bool fields = false;
    for (;;) {
        if (at_ >= source_.size()) return wrong("a text has no end", begun);
        const char c = source_[at_];
        if (c == quote && (!triple || source_.substr(at_, 3) == std::string(3, quote))) break;
        if (c == '\\' && at_ + 1 < source_.size()) {
            ++at_;
            if (at_line_end())
                skip_line_end();
            else
                ++at_;
        } else if (at_line_end()) {
            if (!triple) return wrong("a text has no end", begun);
            skip_line_end();
        } else if (prefix.formatted && c == '{' && source_.substr(at_, 2) != "{{") {
            ++at_;
            fields = true;
            if (Status field = skip_field(); !field) return field;
        } else if (prefix.formatted && c == '{') {
            at_ += 2;
        } else {
            ++at_;
        }
    }
    Token token;
    token.kind = Token::Kind::text;
    token.line = begun;
    token.formatted = prefix.formatted;
    if (!fields) token.value = unescaped(source_.substr(body, at_ - body), prefix);
    at_ += triple ? 3 : 1;
    token.source = source_.substr(begin, at_ - begin);
    out.tokens.push_back(std::move(token));
    return {};
}

}  // namespace logbook::revision
