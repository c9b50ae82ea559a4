// Walking a statement's words.
#include "logbook/migration/sql_words.h"

#include <algorithm>
#include <cstddef>

#include "logbook/base/text.h"

namespace logbook::migration {

SqlWords::SqlWords(std::string_view sql) {
    SqlLexer lexer(sql);
    SqlToken token = lexer.next();
    for (; token.kind != SqlToken::Kind::end && tokens_.size() < most_words; token = lexer.next())
        if (token.kind != SqlToken::Kind::code_comment) tokens_.push_back(token);
    whole_ = token.kind == SqlToken::Kind::end;
    tokens_.push_back({});
}

SqlWords::SqlWords(std::vector<SqlToken> tokens) : tokens_(std::move(tokens)) {
    tokens_.push_back({});
}

const SqlToken& SqlWords::peek(size_t ahead) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

const SqlToken& SqlWords::skip() {
    const SqlToken& token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
}

bool SqlWords::take_any(std::initializer_list<std::string_view> words) {
    const bool found = peek().is_any(words);
    if (found) skip();
    return found;
}

bool SqlWords::take_all(std::initializer_list<std::string_view> words) {
    size_t ahead = 0;
    for (const std::string_view word : words)
        if (!peek(ahead++).is(word)) return false;
    for (size_t i = 0; i < words.size(); ++i) skip();
    return true;
}

std::string SqlWords::take_name() {
    if (!peek().is_name()) return {};
    std::string name = skip().name();
    while (peek().is_mark('.') && peek(1).is_name()) {
        skip();
        name = skip().name();
    }
    return name;
}

bool SqlWords::has(std::string_view word) const {
    return std::any_of(tokens_.begin() + std::ptrdiff_t(at_), tokens_.end(),
                       [&](const SqlToken& token) { return token.is(word); });
}

bool SqlWords::has_mark(char mark) const {
    return std::any_of(tokens_.begin() + std::ptrdiff_t(at_), tokens_.end(),
                       [&](const SqlToken& token) { return token.is_mark(mark); });
}

SqlWords SqlWords::take_part() {
    std::vector<SqlToken> part;
    for (size_t depth = 0; !at_end();) {
        const SqlToken& token = skip();
        if (token.is_mark('(')) ++depth;
        if (token.is_mark(')') && depth > 0) --depth;
        if (token.is_mark(',') && depth == 0) break;
        part.push_back(token);
    }
    return SqlWords(std::move(part));
}

std::string shown_name(std::string_view name) {
    return "`" + printable(name, 64) + "`";
}

}  // namespace logbook::migration
