// How a database stands to the code that starts next: what is applied, what is pending, and what is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "logbook/migration/wipe_verdict.h"
#include "logbook/revision/revision_map.h"

namespace logbook::migration {

enum class Standing {
    at_head,           // nothing is pending
    pending,           // revisions are
    fresh,             // nothing is stored: the first start of the backend makes the tables
    wipe_trap,         // the next start of the backend would delete every table
    unknown_revision,  // the database is at a revision that the code does not have: it is ahead of it
    several_rows,      // alembic_version has more than its one row
    several_heads,     // the code ends in more than one place: no upgrade could choose
    too_long,          // a pending identifier has no room in alembic_version
    unread,            // the database could not be read
};
LOGBOOK_EXPORT std::string_view name_of(Standing standing);  // "at_head"

struct ChainStanding {
    Standing standing = Standing::unread;
    std::string why;                               // one sentence
    std::vector<std::string> rows;                 // of alembic_version
    std::vector<revision::RevisionIndex> current;  // those of them that the code has
    std::vector<std::string> unknown;              // those that it has not
    size_t applied = 0;                            // revisions of the code that the database has
    // In the order in which an upgrade would run them; none where that cannot be told (an unknown revision,
    // the wipe trap).
    std::vector<revision::RevisionIndex> pending;
};

// Pure. The worst of what is wrong gives the verdict. Fails with `conflict` for a code that goes in a circle.
LOGBOOK_EXPORT Result<ChainStanding> judge_standing(const revision::RevisionMap& code,
                                                    const TableFacts& facts);

// Where a database that is ahead of `code` left it, the newest revision that both have:
// by another code, which knows `unknown`; empty where it does not, or the two share nothing. Pure.
LOGBOOK_EXPORT std::string last_known_by(const revision::RevisionMap& code,
                                         const revision::RevisionMap& other, std::string_view unknown);
// By the lines in which Alembic tells its steps ("Running upgrade A -> B, …"); as above. Pure.
LOGBOOK_EXPORT std::string last_known_by_log(const revision::RevisionMap& code, std::string_view log,
                                             std::string_view unknown);

}  // namespace logbook::migration
