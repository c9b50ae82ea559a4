// Advice: the entry whose slug is the check's id.
#include "logbook/doctor/advice.h"

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

// Commands are pasted where doctor was run; they name the project's folder only when that is another one.
bool is_current_folder(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::equivalent(folder, std::filesystem::current_path(ignored), ignored);
}

runbook::Facts facts_of(const Scene& scene) {
    runbook::Facts facts;
    facts.project_dir = shell_quoted(scene.project_dir().string());
    facts.env_file = shell_quoted(scene.env_path().string());
    if (!is_current_folder(scene.project_dir())) {
        facts.compose += " --project-directory " + facts.project_dir;
        facts.logbookctl += " -C " + facts.project_dir;
    }
    const auto& compose = scene.compose().model;
    if (const std::string name = compose.service_name(deployment::Role::database); !name.empty())
        facts.database = name;
    if (const std::string name = compose.service_name(deployment::Role::cache); !name.empty())
        facts.cache = name;
    facts.backend_url = deployment::backend_url(scene.settings());
    facts.frontend_url = deployment::frontend_url(scene.settings());
    return facts;
}

}  // namespace

void add_advice(Finding& finding, const runbook::Catalogue& catalogue, const Scene& scene) {
    if (finding.outcome != Outcome::fail && finding.outcome != Outcome::warn) return;
    const runbook::Entry* found = catalogue.find(finding.check);
    if (!found) return;
    const runbook::Entry entry = runbook::filled(*found, facts_of(scene));
    if (finding.cause.empty()) finding.cause = entry.title;
    if (finding.meaning.empty()) finding.meaning = entry.meaning;
    if (finding.fix.empty()) finding.fix = entry.fix;
    if (finding.never.empty()) finding.never = entry.never;
    if (finding.proves.empty()) finding.proves = entry.proves;
}

}  // namespace logbook::doctor
