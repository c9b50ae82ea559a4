// The words of SQL as MySQL and MariaDB read them: enough to find where a statement ends and what it does, no
// more. Source: MySQL 9 Reference Manual, 9.1 "Literal Values", 9.2 "Schema Object Names", 9.7 "Comments";
// sql_mode without ANSI_QUOTES and NO_BACKSLASH_ESCAPES, which the application does not set.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace logbook::migration {

struct SqlToken {
    enum class Kind {
        word,          // a keyword or a bare name
        quoted_name,   // `name`
        text,          // 'text' or "text"
        mark,          // one character: ( ) , ; . = and the like
        code_comment,  // "/*!80016" or its "*/": servers run what stands between
        unfinished,    // a text, a name or a comment without an end; up to the end of the script
        end,
    };
    Kind kind = Kind::end;
    std::string_view raw;  // with its quotes
    size_t at = 0;         // its first byte

    bool is(std::string_view upper_case_word) const;  // words only, whatever their case
    bool is_any(std::initializer_list<std::string_view> upper_case_words) const;
    bool is_mark(char mark) const { return kind == Kind::mark && raw[0] == mark; }
    bool is_name() const { return kind == Kind::word || kind == Kind::quoted_name; }
    std::string name() const;  // without its back quotes
};

// Reads from front to back; never fails. Comments are left out, but not those that servers run.
class SqlLexer {
  public:
    explicit SqlLexer(std::string_view script) : script_(script) {}
    SqlToken next();
    void seek(size_t position) { at_ = position; }

  private:
    bool skip_blanks_and_comments();  // false: a comment without an end
    SqlToken quoted(char quote);

    std::string_view script_;
    size_t at_ = 0;
    bool in_code_comment_ = false;
};

}  // namespace logbook::migration
