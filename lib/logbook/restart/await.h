// The steps that wait and look: a service's readiness, the wipe trap's judgement, the way through the
// frontend.
#pragma once

#include "logbook/restart/stage.h"

namespace logbook::restart {

// Until every container of the service is ready. Fails when one ends, crashes again and again, keeps refusing
// the credentials, or is not ready at the deadline.
Outcome await_ready(Stage& stage, const Step& step, Deadline deadline);

// Refuses unless the tables prove that a backend's start keeps them.
Outcome judge_tables(Stage& stage, const Step& step, Deadline deadline);

// Until the frontend passes a request on; one that answers 502 or 504 while the backend answers is restarted,
// once.
Outcome probe_through(Stage& stage, const Step& step, Deadline deadline);

}  // namespace logbook::restart
