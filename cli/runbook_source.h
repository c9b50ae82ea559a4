// The runbook as this run sees it: what is compiled in, and the site's own entries.
#pragma once

#include "app.h"
#include "logbook/runbook/catalogue.h"

namespace logbook::cli {

// Ours, then /etc/logbookctl/runbook.d, then the folder that LOGBOOKCTL_RUNBOOK_DIR names; a later entry of the same
// slug wins. A broken file stays out, and is told on app.err.
runbook::Catalogue load_runbook(App& app);

// What the placeholders of the entries stand for in this run, quoted for a shell.
runbook::Facts runbook_facts(const GlobalOptions& global);

}  // namespace logbook::cli
