// The look at the database before anything is served: is all there that the core needs? An existing schema is
// never changed; an empty database gets the core's own tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/backend/schema_needs.h"
#include "logbook/base/deadline.h"
#include "logbook/net/sql_session.h"

namespace logbook::backend {

constexpr std::string_view core_revision = "core_0001";

// What information_schema tells, with names in lower case.
struct SchemaFacts {
    struct Table {
        std::string name;
        std::vector<std::string> columns;
        std::vector<std::vector<std::string>> unique;
    };
    std::vector<Table> tables;
    std::vector<std::string> revisions;  // rows of alembic_version
    bool has_members = false;            // a row in users or in organizations
};

enum class SchemaVerdict {
    ready,
    empty,       // no table: the core's own may be made
    unfinished,  // the core's own stamp, no member yet, and tables are wanting: making them was cut short
    unstamped,   // tables, and no revision, or the one that the database's init script writes: the wipe trap
    lacking,     // another schema than the core knows
};

struct SchemaJudgement {
    SchemaVerdict verdict = SchemaVerdict::ready;
    std::vector<std::string> missing;  // "table sessions", "column users.rank", "unique key on users (…)"
};

// Pure.
SchemaJudgement judge_schema(const SchemaFacts& facts, const std::vector<TableNeeds>& needs);

// The core's own revision, taken apart into its statements. Pure.
const std::vector<std::string>& core_statements();

// Looks, makes the tables of an empty database, under the lock that the application takes for its own
// migrations, and stamps `core_0001` first of all, so that no application ever takes the tables for a fresh
// install and drops them. True: tables were made. Fails with `unsupported` where something is missing or the
// stamp is, naming all of it; with `conflict` where somebody else migrates; and as SqlSession does.
LOGBOOK_EXPORT Result<bool> prepare_schema(const net::SqlConnector& connector,
                                           const net::SqlEndpoint& endpoint, Deadline deadline);

}  // namespace logbook::backend
