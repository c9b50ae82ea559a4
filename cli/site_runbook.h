// The runbook as this site sees it: what is compiled in, and the site's own entries on top.
#pragma once

#include "app.h"
#include "logbook/runbook/catalogue.h"

namespace logbook::cli {

// Adds /etc/logbookctl/runbook.d/*.yaml, or the folder that LOGBOOKCTL_RUNBOOK_DIR names. A file that cannot be used
// is a warning on standard error; the rest still counts.
runbook::Catalogue catalogue_with_site_entries(App& app);

}  // namespace logbook::cli
