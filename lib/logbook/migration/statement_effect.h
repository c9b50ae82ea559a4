// What one statement does to stored data and to those who use it meanwhile.
// Source: MySQL 9 Reference Manual, 17.12.1 "Online DDL Operations"; MariaDB Knowledge Base, "InnoDB Online
// DDL Overview".
#pragma once

#include <string>
#include <string_view>

#include "logbook/base/export.h"

namespace logbook::migration {

enum class Effect {  // the mildest first
    instant,         // definitions only, whatever the table's size
    adds_rows,       //
    reads_table,     // the whole table is read; readers and writers go on
    locks_writes,    // writers wait meanwhile
    rewrites,        // every row is copied; writers wait meanwhile
    changes_rows,    // stored values are overwritten
    destroys,        // what is stored is gone
    unknown,         // not a statement that is known here: counts as the worst
};
LOGBOOK_EXPORT std::string_view name_of(Effect effect);  // "locks_writes"

struct SqlServer {
    bool mariadb = false;
    int version = 0;  // 80403 for 8.4.3, 101114 for 10.11.14; 0: not known, which counts as an old one
};
// Of "10.11.14-MariaDB-0+deb12u2" or "8.4.3".
LOGBOOK_EXPORT SqlServer sql_server_of(std::string_view version);

struct StatementEffect {
    Effect effect = Effect::unknown;
    std::string table;            // the one that it is about; may be empty
    std::string why;              // a clause: "drops the column `rank`"
    bool makes_table = false;     // that table, which is not there before
    bool notes_revision = false;  // Alembic's own note in alembic_version
};

// The worst of what the statement does. Where a server chooses between ways, the dearer one counts. Pure.
LOGBOOK_EXPORT StatementEffect judge_statement(std::string_view sql, const SqlServer& server);

}  // namespace logbook::migration
