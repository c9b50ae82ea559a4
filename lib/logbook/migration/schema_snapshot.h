// What the tables of one database are like at one moment, read from information_schema: MySQL 8 and 9,
// MariaDB 10.11 and later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/net/sql_session.h"

namespace logbook::migration {

// Expressions, types and defaults stand in the server's own spelling, which differs from one server to the
// next: only snapshots of one server can be compared.
struct ColumnShape {
    std::string name;
    std::string type;  // "varchar(36)"
    bool nullable = true;
    std::optional<std::string> fallback;  // its DEFAULT
    std::string collation;                // empty: it holds no text
    std::string extra;                    // "auto_increment"
    std::string expression;               // of a generated column
};

struct IndexShape {
    std::string name;  // "PRIMARY"
    bool unique = false;
    std::string type;                // "BTREE"
    std::vector<std::string> parts;  // "name", "note(20)", "created_at DESC", "(lower(`name`))"
    bool visible = true;             // to the optimizer
};

struct ForeignKeyShape {
    std::string name;
    std::vector<std::string> columns;
    std::string table;  // that it refers to; "other.members" where it stands in another database
    std::vector<std::string> referred;
    std::string on_update, on_delete;  // "CASCADE"
};

struct CheckShape {
    std::string name;
    std::string clause;
    bool enforced = true;
};

struct TriggerShape {
    std::string name;
    std::string moment;  // "BEFORE INSERT"
    std::string statement;
};

struct TableShape {
    std::string name;
    bool view = false;
    std::string definition;  // of a view
    std::string engine, collation;
    std::vector<ColumnShape> columns;  // in their order
    // In the order of their names.
    std::vector<IndexShape> indexes;
    std::vector<ForeignKeyShape> foreign_keys;
    std::vector<CheckShape> checks;
    std::vector<TriggerShape> triggers;
    // The server's estimates: half or double of what a count would find, sometimes a day old.
    std::optional<uint64_t> rows, data_bytes, index_bytes;

    uint64_t bytes() const { return data_bytes.value_or(0) + index_bytes.value_or(0); }
};

struct SchemaSnapshot {
    std::string database;
    std::string collation;           // what a new table would get
    std::vector<TableShape> tables;  // in the order of their names

    LOGBOOK_EXPORT const TableShape* find(std::string_view table) const;
};

// Only reads. Whatever is changed meanwhile may be seen half. Fails with `not_found` where the server has no
// such database, or shows it to nobody with this account's rights; with `too_large` past 200,000 rows of
// information_schema.
LOGBOOK_EXPORT Result<SchemaSnapshot> read_schema(net::SqlSession& session, std::string_view database,
                                                  Deadline deadline);

}  // namespace logbook::migration
