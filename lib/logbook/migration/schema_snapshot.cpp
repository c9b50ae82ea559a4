// One question for each kind of thing, in pages. information_schema's own names for its columns come in
// capitals from MySQL 8, so every one gets a name here; and a text that may be absent is told by a mark in
// front, since a client inside a container cannot tell NULL from "NULL".
#include "logbook/migration/schema_snapshot.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <functional>
#include <map>

#include "logbook/base/text.h"
#include "logbook/migration/statement_effect.h"

namespace logbook::migration {
namespace {

using net::SqlRows;

constexpr size_t page = 2'000;  // of long enumerations, too, less than a session takes
constexpr size_t most_rows = 200'000;

std::optional<uint64_t> number_of(std::string_view text) {
    uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

class Reader {
  public:
    Reader(net::SqlSession& session, std::string_view database, Deadline deadline)
        : session_(session)
        , deadline_(deadline)
        , server_(sql_server_of(session.server_version()))
        , literal_(session.quoted(database)) {
        snapshot_.database = database;
    }

    Result<SchemaSnapshot> read() {
        for (const auto step : {&Reader::database, &Reader::tables, &Reader::views, &Reader::columns,
                                &Reader::indexes, &Reader::foreign_keys, &Reader::checks, &Reader::triggers})
            if (Status done = (this->*step)(); !done) return fail(done.error());
        for (auto& [name, table] : tables_) snapshot_.tables.push_back(std::move(table));
        return std::move(snapshot_);
    }

  private:
    using Take = std::function<void(const SqlRows&, size_t)>;

    // `select` ends where its ORDER BY does, over enough columns to have one order; "{}" in it is the
    // database's name.
    Status each(std::string_view select, const Take& take) {
        const std::string sql = replace_all(std::string(select), "{}", literal_);
        for (size_t offset = 0;; offset += page) {
            const auto rows =
                session_.query(fmt::format("{} LIMIT {} OFFSET {}", sql, page, offset), deadline_);
            if (!rows) return fail(rows.error());
            for (size_t row = 0; row < rows->rows.size(); ++row) take(*rows, row);
            if (rows->rows.size() < page) return {};
            if (seen_ += page; seen_ > most_rows)
                return fail(
                    ErrorCode::too_large,
                    fmt::format("{} has more tables and columns than a plan can be made for (past {} rows)",
                                printable(snapshot_.database, 64), most_rows));
        }
    }

    TableShape* table_of(const SqlRows& rows, size_t row) {
        const auto found = tables_.find(rows.text(row, "t"));
        return found == tables_.end() ? nullptr : &found->second;  // it came while we were reading
    }

    Status database() {
        // MySQL keeps its estimates for a day. A client that is a new process each time forgets this again,
        // and MariaDB has no such variable: then they are as old as they are.
        (void)session_.query("SET SESSION information_schema_stats_expiry = 0", deadline_);
        bool found = false;
        const Status read = each("SELECT DEFAULT_COLLATION_NAME AS c FROM information_schema.SCHEMATA WHERE "
                                 "SCHEMA_NAME = {} ORDER BY SCHEMA_NAME",
                                 [&](const SqlRows& rows, size_t row) {
                                     found = true;
                                     snapshot_.collation = rows.text(row, "c");
                                 });
        if (!read || found) return read;
        return fail(ErrorCode::not_found,
                    fmt::format("there is no database `{}`", printable(snapshot_.database, 64)));
    }

    Status tables() {
        return each(
            "SELECT TABLE_NAME AS t, TABLE_TYPE AS kind, ENGINE AS e, TABLE_COLLATION AS c, TABLE_ROWS AS n, "
            "DATA_LENGTH AS d, INDEX_LENGTH AS i FROM information_schema.TABLES WHERE TABLE_SCHEMA = {} "
            "ORDER BY TABLE_NAME",
            [&](const SqlRows& rows, size_t row) {
                TableShape table;
                table.name = rows.text(row, "t");
                table.view = contains(rows.text(row, "kind"), "VIEW");
                table.engine = rows.text(row, "e");
                table.collation = rows.text(row, "c");
                if (!table.view) {
                    table.rows = number_of(rows.text(row, "n"));
                    table.data_bytes = number_of(rows.text(row, "d"));
                    table.index_bytes = number_of(rows.text(row, "i"));
                }
                tables_.insert_or_assign(table.name, std::move(table));
            });
    }

    Status views() {
        return each(
            "SELECT TABLE_NAME AS t, VIEW_DEFINITION AS v FROM information_schema.VIEWS WHERE TABLE_SCHEMA = "
            "{} ORDER BY TABLE_NAME",
            [&](const SqlRows& rows, size_t row) {
                // The server writes the database's name before every table's: the copy of a database
                // must compare equal.
                if (TableShape* table = table_of(rows, row))
                    table->definition =
                        replace_all(std::string(rows.text(row, "v")), "`" + snapshot_.database + "`.", {});
            });
    }

    Status columns() {
        return each(
            "SELECT TABLE_NAME AS t, COLUMN_NAME AS n, COLUMN_TYPE AS k, IS_NULLABLE AS nullable, CASE WHEN "
            "COLUMN_DEFAULT IS NULL THEN '-' ELSE CONCAT('=', COLUMN_DEFAULT) END AS d, COLLATION_NAME AS c, "
            "EXTRA AS e, GENERATION_EXPRESSION AS g FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {} "
            "ORDER BY TABLE_NAME, ORDINAL_POSITION",
            [&](const SqlRows& rows, size_t row) {
                TableShape* table = table_of(rows, row);
                if (!table) return;
                ColumnShape column;
                column.name = rows.text(row, "n");
                column.type = rows.text(row, "k");
                column.nullable = rows.text(row, "nullable") == "YES";
                if (const std::string_view fallback = rows.text(row, "d"); fallback.substr(0, 1) == "=")
                    column.fallback = fallback.substr(1);
                // MariaDB's spelling of none at all; a text would stand in quotes.
                if (server_.mariadb && column.fallback == "NULL") column.fallback.reset();
                column.collation = rows.text(row, "c");
                column.extra = rows.text(row, "e");
                column.expression = rows.text(row, "g");
                table->columns.push_back(std::move(column));
            });
    }

    Status indexes() {
        const std::string_view own = server_.mariadb
                                         ? "NULL AS x, IF(IGNORED = 'YES', 'NO', 'YES') AS visible"
                                         : "EXPRESSION AS x, IS_VISIBLE AS visible";
        const std::string select = fmt::format(
            "SELECT TABLE_NAME AS t, INDEX_NAME AS n, NON_UNIQUE AS twice, INDEX_TYPE AS k, COLUMN_NAME AS "
            "c, SUB_PART AS length, COLLATION AS o, {} FROM information_schema.STATISTICS WHERE "
            "TABLE_SCHEMA = {{}} ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
            own);
        return each(select, [&](const SqlRows& rows, size_t row) {
            TableShape* table = table_of(rows, row);
            if (!table) return;
            const std::string_view name = rows.text(row, "n");
            if (table->indexes.empty() || table->indexes.back().name != name) {
                IndexShape index;
                index.name = name;
                index.unique = rows.text(row, "twice") == "0";
                index.type = rows.text(row, "k");
                index.visible = rows.text(row, "visible") != "NO";
                table->indexes.push_back(std::move(index));
            }
            const std::string_view expression = rows.text(row, "x"), length = rows.text(row, "length");
            std::string part =
                expression.empty() ? std::string(rows.text(row, "c")) : fmt::format("({})", expression);
            if (!length.empty()) part += fmt::format("({})", length);
            if (rows.text(row, "o") == "D") part += " DESC";
            table->indexes.back().parts.push_back(std::move(part));
        });
    }

    Status foreign_keys() {
        // Two questions rather than a JOIN of two views, for which MariaDB opens every table once for each
        // row.
        Status read =
            each("SELECT TABLE_NAME AS t, CONSTRAINT_NAME AS n, UPDATE_RULE AS u, DELETE_RULE AS d FROM "
                 "information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {} ORDER BY "
                 "TABLE_NAME, CONSTRAINT_NAME",
                 [&](const SqlRows& rows, size_t row) {
                     TableShape* table = table_of(rows, row);
                     if (!table) return;
                     ForeignKeyShape key;
                     key.name = rows.text(row, "n");
                     key.on_update = rows.text(row, "u");
                     key.on_delete = rows.text(row, "d");
                     table->foreign_keys.push_back(std::move(key));
                 });
        if (!read) return read;
        return each(
            "SELECT TABLE_NAME AS t, CONSTRAINT_NAME AS n, COLUMN_NAME AS c, REFERENCED_TABLE_SCHEMA AS s, "
            "REFERENCED_TABLE_NAME AS r, REFERENCED_COLUMN_NAME AS rc FROM "
            "information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = {} AND REFERENCED_TABLE_NAME IS NOT "
            "NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION",
            [&](const SqlRows& rows, size_t row) {
                TableShape* table = table_of(rows, row);
                if (!table) return;
                const auto key =
                    std::find_if(table->foreign_keys.begin(), table->foreign_keys.end(),
                                 [&](const auto& one) { return one.name == rows.text(row, "n"); });
                if (key == table->foreign_keys.end()) return;
                key->table = rows.text(row, "r");
                if (const std::string_view other = rows.text(row, "s"); other != snapshot_.database)
                    key->table = fmt::format("{}.{}", other, key->table);
                key->columns.emplace_back(rows.text(row, "c"));
                key->referred.emplace_back(rows.text(row, "rc"));
            });
    }

    Status checks() {
        // MySQL's view of them does not say of which table they are, but has their names once a database.
        const std::string_view select =
            server_.mariadb
                ? "SELECT TABLE_NAME AS t, CONSTRAINT_NAME AS n, CHECK_CLAUSE AS c, 'YES' AS enforced FROM "
                  "information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {} ORDER BY TABLE_NAME, "
                  "CONSTRAINT_NAME"
                : "SELECT tc.TABLE_NAME AS t, tc.CONSTRAINT_NAME AS n, cc.CHECK_CLAUSE AS c, tc.ENFORCED AS "
                  "enforced "
                  "FROM information_schema.TABLE_CONSTRAINTS tc JOIN information_schema.CHECK_CONSTRAINTS cc "
                  "ON "
                  "cc.CONSTRAINT_SCHEMA = tc.CONSTRAINT_SCHEMA AND cc.CONSTRAINT_NAME = tc.CONSTRAINT_NAME "
                  "WHERE "
                  "tc.CONSTRAINT_SCHEMA = {} AND tc.CONSTRAINT_TYPE = 'CHECK' ORDER BY tc.TABLE_NAME, "
                  "tc.CONSTRAINT_NAME";
        return each(select, [&](const SqlRows& rows, size_t row) {
            if (TableShape* table = table_of(rows, row))
                table->checks.push_back({std::string(rows.text(row, "n")), std::string(rows.text(row, "c")),
                                         rows.text(row, "enforced") != "NO"});
        });
    }

    Status triggers() {
        return each(
            "SELECT EVENT_OBJECT_TABLE AS t, TRIGGER_NAME AS n, ACTION_TIMING AS m, EVENT_MANIPULATION AS e, "
            "ACTION_STATEMENT AS s FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = {} ORDER BY "
            "EVENT_OBJECT_TABLE, TRIGGER_NAME",
            [&](const SqlRows& rows, size_t row) {
                if (TableShape* table = table_of(rows, row))
                    table->triggers.push_back({std::string(rows.text(row, "n")),
                                               fmt::format("{} {}", rows.text(row, "m"), rows.text(row, "e")),
                                               std::string(rows.text(row, "s"))});
            });
    }

    net::SqlSession& session_;
    Deadline deadline_;
    SqlServer server_;
    std::string literal_;
    SchemaSnapshot snapshot_;
    std::map<std::string, TableShape, std::less<>> tables_;
    size_t seen_ = 0;
};

}  // namespace

const TableShape* SchemaSnapshot::find(std::string_view table) const {
    const auto at =
        std::lower_bound(tables.begin(), tables.end(), table,
                         [](const TableShape& one, std::string_view name) { return one.name < name; });
    return at != tables.end() && at->name == table ? &*at : nullptr;
}

Result<SchemaSnapshot> read_schema(net::SqlSession& session, std::string_view database, Deadline deadline) {
    return Reader(session, database, deadline).read();
}

}  // namespace logbook::migration
