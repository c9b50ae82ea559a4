// Reading SQL word by word.
#include "logbook/migration/sql_lexer.h"

#include <algorithm>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

char upper(char c) {
    return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
}

// "/*!80016" of both servers, "/*M!100100" of MariaDB alone.
bool opens_code(std::string_view rest) {
    return rest.substr(0, 3) == "/*!" || rest.substr(0, 4) == "/*M!";
}

}  // namespace

bool SqlToken::is(std::string_view upper_case_word) const {
    if (kind != Kind::word || raw.size() != upper_case_word.size()) return false;
    for (size_t i = 0; i < raw.size(); ++i)
        if (upper(raw[i]) != upper_case_word[i]) return false;
    return true;
}

bool SqlToken::is_any(std::initializer_list<std::string_view> upper_case_words) const {
    return std::any_of(upper_case_words.begin(), upper_case_words.end(),
                       [&](std::string_view word) { return is(word); });
}

std::string SqlToken::name() const {
    if (kind != Kind::quoted_name) return std::string(raw);
    return replace_all(std::string(raw.substr(1, raw.size() - 2)), "``", "`");
}

bool SqlLexer::skip_blanks_and_comments() {
    while (at_ < script_.size()) {
        const std::string_view rest = script_.substr(at_);
        const bool dashes =
            rest.substr(0, 2) == "--" && (rest.size() == 2 || is_blank(rest[2]));  // `5--3` is arithmetic
        if (is_blank(rest[0])) {
            ++at_;
        } else if (rest[0] == '#' || dashes) {
            at_ = std::min(script_.find('\n', at_), script_.size());
        } else if (rest.substr(0, 2) == "/*" && !opens_code(rest)) {
            const size_t end = script_.find("*/", at_ + 2);
            if (end == std::string_view::npos) return false;
            at_ = end + 2;
        } else {
            return true;
        }
    }
    return true;
}

SqlToken SqlLexer::quoted(char quote) {
    const size_t begin = at_++;
    while (at_ < script_.size()) {
        const char c = script_[at_++];
        if (c == '\\' && quote != '`') {
            if (at_ < script_.size()) ++at_;
        } else if (c == quote) {
            if (at_ < script_.size() && script_[at_] == quote) {
                ++at_;  // doubled: a quote that is meant
                continue;
            }
            return {quote == '`' ? SqlToken::Kind::quoted_name : SqlToken::Kind::text,
                    script_.substr(begin, at_ - begin), begin};
        }
    }
    return {SqlToken::Kind::unfinished, script_.substr(begin), begin};
}

SqlToken SqlLexer::next() {
    if (!skip_blanks_and_comments()) {
        const size_t begin = at_;
        at_ = script_.size();
        return {SqlToken::Kind::unfinished, script_.substr(begin), begin};
    }
    if (at_ >= script_.size()) return {SqlToken::Kind::end, {}, script_.size()};
    const char c = script_[at_];
    if (c == '\'' || c == '"' || c == '`') return quoted(c);
    const size_t begin = at_;
    if (const std::string_view rest = script_.substr(at_); opens_code(rest)) {
        at_ += rest[2] == 'M' ? 4 : 3;
        while (at_ < script_.size() && script_[at_] >= '0' && script_[at_] <= '9') ++at_;
        in_code_comment_ = true;
    } else if (in_code_comment_ && rest.substr(0, 2) == "*/") {
        at_ += 2;
        in_code_comment_ = false;
    }
    if (at_ > begin) return {SqlToken::Kind::code_comment, script_.substr(begin, at_ - begin), begin};
    if (!is_word_byte(c)) return {SqlToken::Kind::mark, script_.substr(at_++, 1), begin};
    while (at_ < script_.size() && is_word_byte(script_[at_])) ++at_;
    return {SqlToken::Kind::word, script_.substr(begin, at_ - begin), begin};
}

}  // namespace logbook::migration
