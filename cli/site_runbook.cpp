// Site entries.
#include "site_runbook.h"

#include <cstdlib>

namespace logbook::cli {

runbook::Catalogue catalogue_with_site_entries(App& app) {
    runbook::Catalogue catalogue = runbook::Catalogue::builtin();
    const char* folder = std::getenv("LOGBOOKCTL_RUNBOOK_DIR");
    for (const Error& error : catalogue.add_folder(folder ? folder : "/etc/logbookctl/runbook.d"))
        app.err.line("logbookctl: " + error.what);
    return catalogue;
}

}  // namespace logbook::cli
