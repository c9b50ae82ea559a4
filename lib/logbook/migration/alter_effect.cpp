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
    bool instant_alone = false;  // beside an action that is not instant the server makes the table anew
};

// A new column whose values need not be stored yet: MySQL 8.0.12 and MariaDB 10.3 behind the last one,
// MySQL 8.0.29 and MariaDB 10.4 at any place.
bool adds_columns_instantly(const SqlServer& server, bool at_the_end) {
    if (server.mariadb) return server.version >= (at_the_end ? 100'300 : 100'400);
    return server.version >= (at_the_end ? 80'012 : 80'029);
}

Action add_column(SqlWords& part, const std::string& column, const SqlServer& server) {
    const std::string what = "adds the column " + shown_name(column);
    if (part.has("AUTO_INCREMENT") || part.has("STORED") || part.has("PERSISTENT") || part.has("PRIMARY"))
        return {Effect::rewrites, what};
    if (part.has("REFERENCES") || part.has("CHECK"))
        return {Effect::rewrites, what + " with a rule for every row"};
    if (part.has("UNIQUE")) return {Effect::reads_table, what + " with an index"};
    const bool at_the_end = !part.has("FIRST") && !part.has("AFTER");
    if (!adds_columns_instantly(server, at_the_end)) return {Effect::rewrites, what};
    return {Effect::instant, what, true};
}

// All these words are reserved: no column is named so without quotes.
Action add(SqlWords& part, const SqlServer& server) {
    if (part.take("CONSTRAINT") && !part.peek().is_any({"PRIMARY", "UNIQUE", "FOREIGN", "CHECK"}))
        part.take_name();
    if (part.take("PRIMARY")) return {Effect::rewrites, "adds the primary key"};
    // With foreign_key_checks on, both servers copy the table to add one.
    if (part.take("FOREIGN")) return {Effect::rewrites, "adds a foreign key"};
    if (part.take("CHECK")) return {Effect::rewrites, "adds a check of every row"};
    if (part.take("UNIQUE")) return {Effect::reads_table, "adds a unique index"};
    if (part.take_any({"INDEX", "KEY"})) return {Effect::reads_table, "adds an index"};
    if (part.take_any({"FULLTEXT", "SPATIAL"}))
        return {Effect::locks_writes, "adds a full-text or spatial index"};
    if (part.take("PARTITION")) return {Effect::locks_writes, "adds a partition"};
    // System versioning, and the period that goes with it, keep the past of every row.
    if (part.peek().is_any({"SYSTEM", "PERIOD"}) && part.peek(1).is_any({"VERSIONING", "FOR"}))
        return {Effect::rewrites, "adds system versioning"};
    part.take("COLUMN");
    part.take_all({"IF", "NOT", "EXISTS"});
    if (part.peek().is_mark('(')) return {Effect::rewrites, "adds several columns"};
    const std::string column = part.take_name();
    return column.empty() ? Action{} : add_column(part, column, server);
}

Action drop(SqlWords& part) {
    if (part.take("PRIMARY")) return {Effect::rewrites, "drops the primary key"};
    if (part.take_any({"INDEX", "KEY"})) return {Effect::instant, "drops an index"};
    if (part.take("FOREIGN")) return {Effect::instant, "drops a foreign key"};
    if (part.take_any({"CONSTRAINT", "CHECK"})) return {Effect::instant, "drops a rule"};
    if (part.take("PARTITION")) return {Effect::destroys, "drops a partition with its rows"};
    part.take("COLUMN");
    part.take_all({"IF", "EXISTS"});
    const std::string column = part.take_name();
    return column.empty() ? Action{} : Action{Effect::destroys, "drops the column " + shown_name(column)};
}

Action judge(SqlWords part, const SqlServer& server) {
    if (part.take("ADD")) return add(part, server);
    if (part.take("DROP")) return drop(part);
    if (part.take_any({"MODIFY", "CHANGE"})) {
        part.take("COLUMN");
        part.take_all({"IF", "EXISTS"});
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
    bool any = false, instant_alone = false;
    while (!words.at_end()) {
        const Action action = judge(words.take_part(), server);
        instant_alone = instant_alone || action.instant_alone;
        if (!any || action.effect > worst.effect) {
            worst.effect = action.effect;
            worst.why = action.why.empty() ? "has an action that is not judged here" : action.why;
        }
        any = true;
    }
    if (!any) return {Effect::unknown, worst.table, "names no action"};
    if (instant_alone && worst.effect > Effect::instant && worst.effect < Effect::rewrites)
        return {Effect::rewrites, worst.table, "adds a column, and " + worst.why};
    return worst;
}

}  // namespace logbook::migration
