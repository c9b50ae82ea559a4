// A reading of the database as the plain facts that the wipe verdict goes by.
#pragma once

#include "logbook/migration/wipe_verdict.h"
#include "logbook/probe/database_probe.h"

namespace logbook::restart {

// Pure.
LOGBOOK_EXPORT migration::TableFacts table_facts(const probe::DatabaseReading& reading);

}  // namespace logbook::restart
