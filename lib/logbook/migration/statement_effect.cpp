// Statements by their first words; ALTER TABLE stands in alter_effect.cpp.
#include "logbook/migration/statement_effect.h"

#include <array>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/migration/alter_effect.h"

namespace logbook::migration {
namespace {

// Alembic's own table. Alembic changes it by these forms alone; any other may empty it, and the backend takes
// a database without a revision for a fresh one and drops every table.
constexpr std::string_view own_table = "alembic_version";

bool notes_the_revision(const SqlWords& words, const std::string& table, const SqlToken& verb) {
    if (table != own_table) return false;
    if (verb.is("DELETE")) return words.peek().is("WHERE");
    if (verb.is("UPDATE")) return words.peek().is("SET") && words.has("WHERE");
    return verb.is("INSERT") && (words.peek().is_mark('(') || words.peek().is("VALUES")) &&
           !words.has("DUPLICATE");
}

StatementEffect of_rows(Effect effect, std::string table, std::string_view what) {
    std::string why = fmt::format("{} {}", what, table.empty() ? "rows" : "rows of " + shown_name(table));
    return {effect, std::move(table), std::move(why)};
}

// DROP [TEMPORARY] …
StatementEffect drop(SqlWords& words) {
    const bool temporary = words.take("TEMPORARY");
    if (words.take("TABLE") || words.take("TABLES")) {
        words.take_all({"IF", "EXISTS"});
        std::string table = words.take_name();
        if (temporary) return {Effect::instant, table, "drops a temporary table"};
        const bool more = words.peek().is_mark(',');
        std::string why = fmt::format("drops the table {}{}", shown_name(table), more ? " and others" : "");
        return {Effect::destroys, std::move(table), std::move(why)};
    }
    if (words.take("DATABASE") || words.take("SCHEMA")) {
        words.take_all({"IF", "EXISTS"});
        return {Effect::destroys, {}, "drops the database " + shown_name(words.take_name())};
    }
    if (words.take("INDEX")) {
        words.take_all({"IF", "EXISTS"});
        const std::string index = words.take_name();
        words.take("ON");
        return {Effect::instant, words.take_name(), "drops the index " + shown_name(index)};
    }
    if (words.peek().is_any({"VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"}))
        return {Effect::instant, {}, "drops a definition, which holds no rows"};
    return {};
}

// CREATE [OR REPLACE] …
StatementEffect create(SqlWords& words) {
    const bool replaces = words.take_all({"OR", "REPLACE"});
    if (words.take("TEMPORARY")) return {Effect::instant, {}, "makes a temporary table"};
    if (words.take("TABLE")) {
        words.take_all({"IF", "NOT", "EXISTS"});
        std::string table = words.take_name();
        if (replaces) return {Effect::destroys, table, "replaces the table " + shown_name(table)};
        if (words.has("SELECT"))
            return {Effect::adds_rows, table, fmt::format("makes and fills the table {}", shown_name(table)),
                    true};
        return {Effect::instant, table, "makes the table " + shown_name(table), true};
    }
    const bool unique = words.take("UNIQUE");
    const bool locks = !unique && (words.take("FULLTEXT") || words.take("SPATIAL"));
    if (words.take("INDEX")) {
        words.take_all({"IF", "NOT", "EXISTS"});
        const std::string index = words.take_name();
        while (!words.at_end() && !words.take("ON")) words.skip();
        return {locks ? Effect::locks_writes : Effect::reads_table, words.take_name(),
                "makes the index " + shown_name(index)};
    }
    // CREATE [ALGORITHM = …] [DEFINER = …] [SQL SECURITY …] VIEW and its like
    if (words.take_any({"DATABASE", "SCHEMA"}))
        return {replaces ? Effect::destroys : Effect::instant,
                {},
                replaces ? "replaces a database" : "makes a database"};
    if (words.has("VIEW") || words.has("TRIGGER") || words.has("PROCEDURE") || words.has("FUNCTION") ||
        words.has("EVENT"))
        return {Effect::instant, {}, "makes a definition"};
    return {};
}

StatementEffect change_rows(SqlWords& words, const SqlToken& verb) {
    while (words.take_any({"LOW_PRIORITY", "QUICK", "IGNORE", "DELAYED", "HIGH_PRIORITY", "INTO"})) continue;
    if (verb.is("DELETE"))
        while (!words.at_end() && !words.take("FROM")) words.skip();
    std::string table = words.take_name();
    if (notes_the_revision(words, table, verb))
        return {Effect::instant, std::move(table), "notes the revision", false, true};
    if (verb.is("UPDATE")) return of_rows(Effect::changes_rows, std::move(table), "changes");
    if (verb.is("REPLACE")) return of_rows(Effect::changes_rows, std::move(table), "replaces");
    if (verb.is("DELETE")) return of_rows(Effect::destroys, std::move(table), "deletes");
    if (words.has("DUPLICATE")) return of_rows(Effect::changes_rows, std::move(table), "adds or changes");
    return of_rows(Effect::adds_rows, std::move(table), "adds");
}

// What looks like a question, and may still run another statement inside: MariaDB's `ANALYZE DELETE …`, `SET
// STATEMENT … FOR DELETE …` and `BEGIN NOT ATOMIC …`.
bool only_asks(SqlWords& words, const SqlToken& verb) {
    if (verb.is("SET")) return !words.peek().is("STATEMENT");
    if (verb.is("BEGIN")) return words.at_end() || words.peek().is("WORK");
    if (verb.is("START")) return words.peek().is("TRANSACTION");
    if (verb.is("ANALYZE")) return words.peek().is_any({"TABLE", "LOCAL", "NO_WRITE_TO_BINLOG"});
    if (verb.is_any({"EXPLAIN", "DESCRIBE", "DESC"})) return !words.has("ANALYZE");
    return verb.is_any(
        {"SELECT", "SHOW", "USE", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "UNLOCK", "CHECK", "DO"});
}

}  // namespace

std::string_view name_of(Effect effect) {
    static constexpr std::array<std::string_view, 8> names = {"instant",      "adds_rows", "reads_table",
                                                              "locks_writes", "rewrites",  "changes_rows",
                                                              "destroys",     "unknown"};
    return names[size_t(effect)];
}

SqlServer sql_server_of(std::string_view version) {
    SqlServer server{version.find("MariaDB") != std::string_view::npos, 0};
    int parts[3] = {}, part = 0;
    for (const char c : version) {
        if (c == '.' && part < 2)
            ++part;
        else if (c < '0' || c > '9' || parts[part] > 999)
            break;
        else
            parts[part] = parts[part] * 10 + (c - '0');
    }
    server.version = parts[0] * 10'000 + parts[1] * 100 + parts[2];
    return server;
}

StatementEffect judge_statement(std::string_view sql, const SqlServer& server) {
    SqlWords words(sql);
    const SqlToken verb = words.skip();
    if (!words.whole()) return {Effect::unknown, {}, "is too long to be judged"};
    // The bodies of routines and triggers hold semicolons; elsewhere a second statement would hide behind
    // one.
    if (!verb.is("CREATE") && words.has_mark(';')) return {Effect::unknown, {}, "is more than one statement"};
    if (only_asks(words, verb)) return {Effect::instant, {}, "changes nothing that is stored"};
    if (verb.is("ALTER")) {
        while (words.take("ONLINE") || words.take("IGNORE")) continue;
        if (words.take("TABLE")) return judge_alter(words, server);
        if (words.peek().is_any({"DATABASE", "SCHEMA", "VIEW", "PROCEDURE", "FUNCTION", "EVENT"}))
            return {Effect::instant, {}, "changes a definition"};
        return {};
    }
    if (verb.is("DROP")) return drop(words);
    if (verb.is("CREATE")) return create(words);
    if (verb.is_any({"INSERT", "UPDATE", "DELETE", "REPLACE"})) return change_rows(words, verb);
    if (verb.is("TRUNCATE")) {
        words.take("TABLE");
        std::string table = words.take_name();
        return {Effect::destroys, table, "empties the table " + shown_name(table)};
    }
    if (verb.is("RENAME") && words.take_any({"TABLE", "TABLES"})) {
        std::string table = words.take_name();
        return {Effect::instant, table, "renames the table " + shown_name(table)};
    }
    if (verb.is("LOCK")) return {Effect::locks_writes, {}, "locks tables"};
    if (verb.is("OPTIMIZE")) {
        words.take("TABLE");
        std::string table = words.take_name();
        return {Effect::rewrites, table, "rebuilds the table " + shown_name(table)};
    }
    if (verb.is("LOAD")) return {Effect::adds_rows, {}, "adds rows of a file"};
    return {Effect::unknown, {}, "begins with a word that is not judged here"};
}

}  // namespace logbook::migration
