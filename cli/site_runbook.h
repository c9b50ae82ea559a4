// The runbook as this site sees it: what is compiled in, and the site's own entries on top.
#pragma once

#include "app.h"
#include "logbook/runbook/catalogue.h"

namespace logbook::cli {

// Adds /etc/logbookctl/runbook.d/*.yaml, then those of the folder that LOGBOOKCTL_RUNBOOK_DIR names; the
// later entry of a slug wins. A file that cannot be used is a warning on standard error; the rest still
// counts.
runbook::Catalogue catalogue_with_site_entries(App& app);

// What the placeholders of entries stand for in this run, quoted for a shell. Service names are those of the
// base stack: only a look at the deployment knows better.
runbook::Facts runbook_facts(const GlobalOptions& global);

}  // namespace logbook::cli
