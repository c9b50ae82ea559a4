// The actions of ALTER TABLE, by the tables of both manuals. InnoDB is taken for granted: the application has
// no other.
#include "logbook/migration/alter_effect.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::migration {
namespace {

struct Action {
    Effect effect = Effect::unknown;
    std::string why;
};

// One action: its words, read from the front.
class Part {
  public:
    explicit Part(std::vector<SqlToken> tokens) : tokens_(std::move(tokens)) {}
    bool take(std::string_view word) {
        if (at_ >= tokens_.size() || !tokens_[at_].is(word)) return false;
        ++at_;
        return true;
    }
    bool is_any(std::initializer_list<std::string_view> words) const {
        return std::any_of(words.begin(), words.end(),
                           [&](std::string_view word) { return !empty() && tokens_[at_].is(word); });
    }
    bool take_any(std::initializer_list<std::string_view> words) {
        const bool found = is_any(words);
        at_ += found;
        return found;
    }
    std::string take_name() {
        return at_ < tokens_.size() && tokens_[at_].is_name() ? tokens_[at_++].name() : std::string();
    }
    bool is_mark(char mark) const { return at_ < tokens_.size() && tokens_[at_].is_mark(mark); }
    bool has(std::string_view word) const {
        return std::any_of(tokens_.begin() + std::ptrdiff_t(at_), tokens_.end(),
                           [&](const SqlToken& token) { return token.is(word); });
    }
    bool empty() const { return at_ >= tokens_.size(); }

  private:
    std::vector<SqlToken> tokens_;
    size_t at_ = 0;
};

// A new column whose values need not be stored yet: MySQL 8.0.12 and MariaDB 10.3 behind the last one,
// MySQL 8.0.29 and MariaDB 10.4 at any place.
bool adds_columns_instantly(const SqlServer& server, bool at_the_end) {
    if (server.mariadb) return server.version >= (at_the_end ? 100'300 : 100'400);
    return server.version >= (at_the_end ? 80'012 : 80'029);
}

Action add_column(Part& part, const std::string& column, const SqlServer& server) {
    const std::string what = "adds the column " + shown_name(column);
    if (part.has("AUTO_INCREMENT") || part.has("STORED") || part.has("PERSISTENT") || part.has("PRIMARY"))
        return {Effect::rewrites, what};
    if (part.has("REFERENCES") || part.has("CHECK"))
        return {Effect::rewrites, what + " with a rule for every row"};
    if (part.has("UNIQUE")) return {Effect::reads_table, what + " with an index"};
    const bool at_the_end = !part.has("FIRST") && !part.has("AFTER");
    return {adds_columns_instantly(server, at_the_end) ? Effect::instant : Effect::rewrites, what};
}

// All these words are reserved: no column is named so without quotes.
Action add(Part& part, const SqlServer& server) {
    if (part.take("CONSTRAINT") && !part.is_any({"PRIMARY", "UNIQUE", "FOREIGN", "CHECK"})) part.take_name();
    if (part.take("PRIMARY")) return {Effect::rewrites, "adds the primary key"};
    // With foreign_key_checks on, both servers copy the table to add one.
    if (part.take("FOREIGN")) return {Effect::rewrites, "adds a foreign key"};
    if (part.take("CHECK")) return {Effect::rewrites, "adds a check of every row"};
    if (part.take("UNIQUE")) return {Effect::reads_table, "adds a unique index"};
    if (part.take_any({"INDEX", "KEY"})) return {Effect::reads_table, "adds an index"};
    if (part.take_any({"FULLTEXT", "SPATIAL"}))
        return {Effect::locks_writes, "adds a full-text or spatial index"};
    if (part.take("PARTITION")) return {Effect::locks_writes, "adds a partition"};
    part.take("COLUMN");
    if (part.take("IF")) {
        part.take("NOT");
        part.take("EXISTS");
    }
    if (part.is_mark('(')) return {Effect::rewrites, "adds several columns"};
    const std::string column = part.take_name();
    return column.empty() ? Action{} : add_column(part, column, server);
}

Action drop(Part& part) {
    if (part.take("PRIMARY")) return {Effect::rewrites, "drops the primary key"};
    if (part.take_any({"INDEX", "KEY"})) return {Effect::instant, "drops an index"};
    if (part.take("FOREIGN")) return {Effect::instant, "drops a foreign key"};
    if (part.take_any({"CONSTRAINT", "CHECK"})) return {Effect::instant, "drops a rule"};
    if (part.take("PARTITION")) return {Effect::destroys, "drops a partition with its rows"};
    part.take("COLUMN");
    if (part.take("IF")) part.take("EXISTS");
    const std::string column = part.take_name();
    return column.empty() ? Action{} : Action{Effect::destroys, "drops the column " + shown_name(column)};
}

Action judge(Part part, const SqlServer& server) {
    if (part.take("ADD")) return add(part, server);
    if (part.take("DROP")) return drop(part);
    if (part.take_any({"MODIFY", "CHANGE"})) {
        part.take("COLUMN");
        if (part.take("IF")) part.take("EXISTS");
        return {Effect::rewrites, "changes the column " + shown_name(part.take_name())};
    }
    if (part.take("ALTER")) return {Effect::instant, "changes a default or an index's visibility"};
    if (part.take("RENAME")) return {Effect::instant, "renames it, or a part of it"};
    if (part.take_any({"TRUNCATE", "DISCARD"})) return {Effect::destroys, "empties a partition or the table"};
    if (part.take_any({"CONVERT", "ENGINE", "FORCE", "ROW_FORMAT", "KEY_BLOCK_SIZE", "ORDER", "PARTITION",
                       "REORGANIZE", "COALESCE", "REMOVE", "REBUILD", "OPTIMIZE", "ENCRYPTION",
                       "PAGE_COMPRESSED", "UNION", "EXCHANGE"}))
        return {Effect::rewrites, "makes the table anew"};
    // ALGORITHM and LOCK are wishes: a server that cannot grant them refuses the statement.
    if (part.take_any({"ALGORITHM", "LOCK", "COMMENT", "AUTO_INCREMENT", "DEFAULT", "CHARACTER", "CHARSET",
                       "COLLATE", "STATS_PERSISTENT", "STATS_AUTO_RECALC", "STATS_SAMPLE_PAGES", "WAIT",
                       "NOWAIT"}))
        return {Effect::instant, "changes a setting of the table"};
    return {Effect::unknown, "has an action that is not judged here"};
}

}  // namespace

StatementEffect judge_alter(SqlWords& words, const SqlServer& server) {
    words.take_all({"IF", "EXISTS"});
    StatementEffect worst{Effect::instant, words.take_name(), {}};
    bool any = false;
    while (!words.at_end()) {
        const Action action = judge(Part(words.take_part()), server);
        if (!any || action.effect > worst.effect) {
            worst.effect = action.effect;
            worst.why = action.why.empty() ? "has an action that is not judged here" : action.why;
        }
        any = true;
    }
    if (!any) return {Effect::unknown, worst.table, "names no action"};
    return worst;
}

}  // namespace logbook::migration
