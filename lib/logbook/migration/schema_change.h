// What is different between two snapshots of one database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/json.h"
#include "logbook/migration/schema_snapshot.h"

namespace logbook::migration {

enum class ChangeKind { added, removed, changed };
enum class SchemaThing { database, table, view, column, index, foreign_key, check, trigger };
LOGBOOK_EXPORT std::string_view name_of(ChangeKind kind);    // "added"
LOGBOOK_EXPORT std::string_view name_of(SchemaThing thing);  // "foreign_key"

struct SchemaChange {
    ChangeKind kind = ChangeKind::changed;
    SchemaThing thing = SchemaThing::table;
    std::string table;          // that it belongs to, or itself; empty for the database
    std::string name;           // of the thing; empty for a table, a view and the database
    std::string before, after;  // its definition; empty where there was, or is, none
};

// In the order of the tables' names, in each the table itself, its columns, indexes, foreign keys, checks,
// triggers. What was renamed is removed and added: the two look the same from outside. Rows are not compared.
// Pure.
LOGBOOK_EXPORT std::vector<SchemaChange> schema_changes(const SchemaSnapshot& before,
                                                        const SchemaSnapshot& after);

// Those of which a revision's file names the table and the thing itself: what it may have done. Pure.
LOGBOOK_EXPORT std::vector<SchemaChange> named_in(const std::vector<SchemaChange>& changes,
                                                  std::string_view source);

// Whether stored values went with it: a column, or a table. Pure.
LOGBOOK_EXPORT bool drops_rows(const SchemaChange& change);

// For people, one printable line: "new column `members`.`rank`: varchar(100), may be NULL".
LOGBOOK_EXPORT std::string words_of(const SchemaChange& change);
LOGBOOK_EXPORT Json to_json(const SchemaChange& change);

}  // namespace logbook::migration
