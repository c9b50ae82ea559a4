// Where a statement begins, and where its delimiter stands.
#include "logbook/migration/sql_script.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/migration/sql_lexer.h"

namespace logbook::migration {
namespace {

// Counts each byte once, however often it is asked, for positions that only grow.
class Lines {
  public:
    explicit Lines(std::string_view script) : script_(script) {}
    size_t at(size_t position) {
        line_ += size_t(std::count(script_.begin() + std::ptrdiff_t(seen_),
                                   script_.begin() + std::ptrdiff_t(position), '\n'));
        seen_ = position;
        return line_;
    }

  private:
    std::string_view script_;
    size_t seen_ = 0, line_ = 1;
};

}  // namespace

Result<std::vector<SqlStatement>> split_sql(std::string_view script) {
    if (script.size() > longest_script)
        return fail(ErrorCode::too_large, fmt::format("the SQL has more than {} MiB", longest_script >> 20),
                    "take it apart into several revisions");
    std::vector<SqlStatement> statements;
    Lines lines(script);
    std::string delimiter = ";";
    SqlLexer lexer(script);
    size_t begin = 0, end = 0;  // of the statement so far; equal: none has begun
    constexpr size_t nowhere = std::string_view::npos;
    size_t open_comment = nowhere;  // of those that servers run
    const auto finish = [&] {
        if (end > begin)
            statements.push_back({std::string(script.substr(begin, end - begin)), lines.at(begin)});
        begin = end = 0;
    };
    while (true) {
        const SqlToken token = lexer.next();
        if (token.kind == SqlToken::Kind::unfinished)
            return fail(ErrorCode::invalid,
                        fmt::format("line {}: {} does not end", lines.at(token.at),
                                    token.raw[0] == '/' ? "a comment" : "a quoted text or name"),
                        "close it");
        if (token.kind == SqlToken::Kind::end) break;
        if (token.kind == SqlToken::Kind::code_comment)
            open_comment = token.raw[0] == '/' ? token.at : nowhere;
        if (end == begin && token.is("DELIMITER")) {
            const size_t line_end = std::min(script.find('\n', token.at), script.size());
            const size_t word = token.at + token.raw.size();
            delimiter = trim(script.substr(word, line_end - word));
            if (delimiter.empty())
                return fail(ErrorCode::invalid,
                            fmt::format("line {}: DELIMITER names none", lines.at(token.at)),
                            "write DELIMITER //");
            lexer.seek(line_end);
            continue;
        }
        if (script.substr(token.at, delimiter.size()) == delimiter) {
            finish();
            lexer.seek(token.at + delimiter.size());
            continue;
        }
        if (end == begin) begin = token.at;
        end = token.at + token.raw.size();
        // `END//`: a delimiter may stand right behind a word, and be made of what words are made of.
        if (const size_t inside = token.raw.find(delimiter);
            token.kind == SqlToken::Kind::word && inside != std::string_view::npos) {
            end = token.at + inside;
            finish();
            lexer.seek(token.at + inside + delimiter.size());
        }
    }
    finish();
    if (open_comment != nowhere)
        return fail(ErrorCode::invalid,
                    fmt::format("line {}: a comment does not end", Lines(script).at(open_comment)),
                    "close it");
    return statements;
}

}  // namespace logbook::migration
