// Site entries.
#include "site_runbook.h"

#include <cstdlib>

#include "logbook/base/text.h"

namespace logbook::cli {

runbook::Catalogue catalogue_with_site_entries(App& app) {
    runbook::Catalogue catalogue = runbook::Catalogue::builtin();
    std::vector<std::filesystem::path> folders = {"/etc/logbookctl/runbook.d"};
    if (const char* own = std::getenv("LOGBOOKCTL_RUNBOOK_DIR"); own && *own) folders.emplace_back(own);
    for (const std::filesystem::path& folder : folders)
        for (const Error& error : catalogue.add_folder(folder)) {
            app.err.line("logbookctl: runbook entries left out: " + printable(error.what));
            if (!error.hint.empty()) app.err.line("  next: " + printable(error.hint));
        }
    return catalogue;
}

runbook::Facts runbook_facts(const GlobalOptions& global) {
    runbook::Facts facts;
    const std::string folder = shell_quoted(global.project_dir.string());
    if (global.project_dir != ".") {
        facts.project_dir = folder;
        facts.compose = "docker compose --project-directory " + folder;
        facts.logbookctl = "logbookctl -C " + folder;
    }
    facts.env_file = shell_quoted(global.env_path().lexically_normal().string());
    return facts;
}

}  // namespace logbook::cli
