// Python source as logical lines of tokens: as much of the language's lexical rules as is needed to know what
// stands at a module's top level, and what is only quoted there.
// Source: docs.python.org, "Lexical analysis" (3.8 to 3.14).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::revision {

struct Token {
    enum class Kind { name, number, text, mark } kind = Kind::mark;
    std::string_view source;  // as it stands in the file
    uint32_t line = 0;        // from 1
    // Of a text: what it denotes. Nothing where only Python can tell: bytes, a formatted text with fields, a
    // character by its Unicode name.
    std::optional<std::string> value;
    bool formatted = false;  // f"…", t"…"

    bool is(std::string_view spelling) const { return kind != Kind::text && source == spelling; }
};

// What Python sees as one line: brackets and backslashes joined, comments and blank lines left out.
struct LogicalLine {
    uint32_t line = 0;  // of its first token
    uint32_t indent = 0;
    std::vector<Token> tokens;  // at least one
};

// Walks over a source that outlives it and is UTF-8 without a byte order mark. Line ends may be of any kind.
class PythonLexer {
  public:
    explicit PythonLexer(std::string_view source) : source_(source) {}

    // The next logical line into `out`, false at the end. Fails with `invalid` and the line's number where
    // Python would refuse: a text without an end, brackets that do not match.
    Result<bool> next(LogicalLine& out);

  private:
    bool at_line_end() const;
    void skip_line_end();
    void skip_blanks();
    Status skip_field();
    Status read_text(LogicalLine& out, size_t begin, std::string_view prefix);
    Status read_token(LogicalLine& out);
    tl::unexpected<Error> wrong(std::string_view what, uint32_t line) const;

    std::string_view source_;
    size_t at_ = 0;
    uint32_t line_ = 1;
    std::string brackets_;  // that are open
    unsigned fields_ = 0;   // of formatted texts, that are open
};

}  // namespace logbook::revision
