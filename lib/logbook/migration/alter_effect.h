// What ALTER TABLE does, action by action.
#pragma once

#include "logbook/migration/sql_words.h"
#include "logbook/migration/statement_effect.h"

namespace logbook::migration {

// `words` stands behind ALTER TABLE. Pure.
StatementEffect judge_alter(SqlWords& words, const SqlServer& server);

}  // namespace logbook::migration
