// What stands before a restart: every service as the plan needs it, and what is known of the stored data.
// Changes nothing.
#pragma once

#include "logbook/restart/plan.h"
#include "logbook/restart/refusal.h"
#include "logbook/restart/staleness.h"
#include "logbook/restart/world.h"

namespace logbook::restart {

// Services of containers and of the files. Pure.
LOGBOOK_EXPORT std::vector<ServiceFacts> list_services(const deployment::Deployment& running,
                                                       const deployment::ComposeModel& rendered,
                                                       const Staleness& stale);

// Asks the database: with what the backend runs with; where that is refused, with what the files give; where
// the backend looks in the wrong place, the deployment's own database. Never longer than `deadline`.
LOGBOOK_EXPORT DataFacts read_data(const World& world, const deployment::Deployment& running,
                                   const Staleness& stale, Deadline deadline);

// The wipe verdict alone. `asking` gives the credentials.
migration::WipeVerdict read_wipe_verdict(const World& world, const deployment::Deployment& asking,
                                         Deadline deadline);

}  // namespace logbook::restart
