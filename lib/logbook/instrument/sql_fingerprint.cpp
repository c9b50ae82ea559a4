// One pass over the bytes, token by token, and one over the tokens for lists of values.
#include "logbook/instrument/sql_fingerprint.h"

#include <vector>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Of a name; bytes of UTF-8 count, as they do for the server.
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool is_blank(char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

struct Token {
    std::string text;     // "?" for a value
    bool spaced = false;  // blanks or a comment stood before it

    bool is(std::string_view other) const { return text == other; }
};

class Reader {
  public:
    explicit Reader(std::string_view sql) : sql_(sql) {}

    std::vector<Token> tokens() {
        while (at_ < sql_.size()) step();
        return std::move(tokens_);
    }

  private:
    char peek(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }
    bool begins(std::string_view text) const { return sql_.substr(at_, text.size()) == text; }

    void put(std::string text) {
        tokens_.push_back({std::move(text), spaced_});
        spaced_ = false;
    }

    void step() {
        const char c = peek();
        if (is_blank(c)) {
            ++at_;
            spaced_ = true;
        } else if (begins("/*")) {
            block_comment();
        } else if (begins("*/")) {
            at_ += 2;  // the end of a comment that the server executes
            spaced_ = true;
        } else if (c == '#' || (begins("--") && (at_ + 2 >= sql_.size() || is_blank(peek(2))))) {
            at_ = std::min(sql_.find('\n', at_), sql_.size());
            spaced_ = true;
        } else if (c == '\'' || c == '"') {
            quoted(c);
        } else if (c == '`') {
            name();
        } else if (is_digit(c) || (c == '.' && is_digit(peek(1)) && !after_name())) {
            number();
        } else if (is_word(c)) {
            word();
        } else {
            ++at_;
            put(std::string(1, c));
        }
    }

    // Behind a name a dot begins a column's name, whatever that begins with.
    bool after_name() const {
        return !spaced_ && !tokens_.empty() &&
               (is_word(tokens_.back().text.back()) || tokens_.back().text.back() == '`');
    }

    // What stands in "/*!50100 … */" and "/*M! … */" is executed, so it is read like the rest.
    void block_comment() {
        spaced_ = true;
        if (begins("/*!") || begins("/*M!")) {
            at_ += begins("/*!") ? 3 : 4;
            while (is_digit(peek())) ++at_;
            return;
        }
        const size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? sql_.size() : end + 2;
    }

    void quoted(char quote) {
        size_t backslashes = 0;
        for (++at_; at_ < sql_.size(); ++at_) {
            const char c = sql_[at_];
            if (c == quote) {
                if (backslashes % 2 == 1) break;  // the two readings part here
                if (peek(1) != quote) {
                    ++at_;
                    value();
                    return;
                }
                ++at_;
                backslashes = 0;
            } else {
                backslashes = c == '\\' ? backslashes + 1 : 0;
            }
        }
        at_ = sql_.size();
        value();
    }

    // A text's introducer (N, X, B, _utf8mb4) goes with it; so does a text right behind another one.
    void value() {
        if (!tokens_.empty()) {
            const std::string before = lower(tokens_.back().text);
            const bool introducer = before == "n" || before == "x" || before == "b" || before.front() == '_';
            if ((introducer && (!spaced_ || before.front() == '_')) || before == "?") {
                spaced_ = tokens_.back().spaced;
                tokens_.pop_back();
            }
        }
        put("?");
    }

    void name() {
        const size_t from = at_;
        for (++at_; at_ < sql_.size(); ++at_) {
            if (sql_[at_] != '`') continue;
            if (peek(1) != '`') break;
            ++at_;
        }
        at_ = std::min(at_ + 1, sql_.size());
        put(std::string(sql_.substr(from, at_ - from)));
    }

    // 12, 1.5, .5, 1e-3, 0x1F. What begins with a digit and is a name after all ("2fa") is hidden as well,
    // unless a dot tells that it is one.
    void number() {
        const bool behind_dot =
            tokens_.size() > 1 && !spaced_ && tokens_.back().is(".") && !tokens_.back().spaced;
        if (behind_dot && is_word(peek())) {  // in "..5" another dot comes first
            word();
            return;
        }
        while (at_ < sql_.size()) {
            const char c = peek();
            const bool exponent = (c == '+' || c == '-') && (peek(1) >= '0' && peek(1) <= '9') &&
                                  (sql_[at_ - 1] == 'e' || sql_[at_ - 1] == 'E');
            if (!is_word(c) && c != '.' && !exponent) break;
            ++at_;
        }
        value_of_number();
    }

    // The sign of a number belongs to it where no operand stands before.
    void value_of_number() {
        if (!tokens_.empty() && (tokens_.back().is("-") || tokens_.back().is("+"))) {
            const std::string before = tokens_.size() > 1 ? tokens_[tokens_.size() - 2].text : "(";
            if (contains("(,=<>+-*/%", before.substr(before.size() - 1))) {
                spaced_ = tokens_.back().spaced;
                tokens_.pop_back();
            }
        }
        put("?");
    }

    void word() {
        const size_t from = at_;
        while (at_ < sql_.size() && is_word(sql_[at_])) ++at_;
        put(std::string(sql_.substr(from, at_ - from)));
    }

    std::string_view sql_;
    size_t at_ = 0;
    bool spaced_ = false;
    std::vector<Token> tokens_;
};

// From an opening bracket on: the place behind the closing one, when only values and commas stand between.
size_t end_of_values(const std::vector<Token>& tokens, size_t open) {
    for (size_t i = open + 1; i < tokens.size(); ++i) {
        const bool value = (i - open) % 2 == 1;
        if (value && !tokens[i].is("?")) return 0;
        if (!value && tokens[i].is(")")) return i + 1;
        if (!value && !tokens[i].is(",")) return 0;
    }
    return 0;
}

}  // namespace

std::string sql_fingerprint(std::string_view statement) {
    const std::vector<Token> tokens = Reader(statement).tokens();
    std::string out;
    const auto put = [&out](const Token& token, std::string_view text) {
        const bool closes = token.is(",") || token.is(")") || token.is(";");
        if (token.spaced && !closes && !out.empty()) out += ' ';
        for (const char c : text) out += is_blank(c) ? ' ' : c;
    };
    for (size_t i = 0; i < tokens.size();) {
        const size_t end = tokens[i].is("(") ? end_of_values(tokens, i) : 0;
        if (end == 0) {
            put(tokens[i], tokens[i].text);
            ++i;
            continue;
        }
        put(tokens[i], "(?+)");
        // Further rows of the same list.
        for (i = end; i + 1 < tokens.size() && tokens[i].is(",") && tokens[i + 1].is("(");) {
            const size_t more = end_of_values(tokens, i + 1);
            if (more == 0) break;
            i = more;
        }
    }
    while (!out.empty() && (out.back() == ';' || out.back() == ' ')) out.pop_back();
    return out;
}

}  // namespace logbook::instrument
