// From the probe's reading to the verdict's facts.
#include "logbook/restart/table_facts.h"

namespace logbook::restart {

migration::TableFacts table_facts(const probe::DatabaseReading& reading) {
    migration::TableFacts facts;
    facts.revisions = reading.revisions;
    facts.users = reading.users;
    facts.organizations = reading.organizations;
    facts.tables = reading.tables;
    if (reading.tables_failure) facts.unread = reading.tables_failure;
    if (reading.stage != probe::DatabaseStage::ready)
        facts.unread =
            reading.failure.value_or(Error{ErrorCode::unreachable, "the database does not answer", {}});
    return facts;
}

}  // namespace logbook::restart
