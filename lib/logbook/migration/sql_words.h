// The words of one statement, walked by who judges it.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "logbook/migration/sql_lexer.h"

namespace logbook::migration {

// The text must outlive it.
class SqlWords {
  public:
    static constexpr size_t most_words = 100'000;

    explicit SqlWords(std::string_view sql);
    // Whether all words are here; of a longer statement only the first ones are.
    bool whole() const { return whole_; }

    const SqlToken& peek(size_t ahead = 0) const;  // of kind `end` behind the last one
    const SqlToken& skip();                        // the word that is left behind
    bool at_end() const { return peek().kind == SqlToken::Kind::end; }
    bool take(std::string_view word) { return take_all({word}); }
    bool take_any(std::initializer_list<std::string_view> words);
    bool take_all(std::initializer_list<std::string_view> words);  // all of them, or none
    // `station`.`members`: its last part; empty where no name stands here.
    std::string take_name();
    bool has(std::string_view word) const;  // here or behind
    bool has_mark(char mark) const;

    // The words up to the next comma outside of parentheses, which is left behind too.
    SqlWords take_part();

  private:
    explicit SqlWords(std::vector<SqlToken> tokens);

    std::vector<SqlToken> tokens_;  // the last one is the end
    size_t at_ = 0;
    bool whole_ = true;
};

// For people: "`members`", printable.
std::string shown_name(std::string_view name);

}  // namespace logbook::migration
