// Advice: the entry whose slug is the check's id.
#include "logbook/doctor/advice.h"

#include "logbook/base/text.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

runbook::Facts facts_of(const Scene& scene) {
    runbook::Facts facts;
    facts.project_dir = shell_quoted(scene.project_dir().string());
    facts.env_file = shell_quoted(scene.env_path().string());
    facts.compose = compose_command(scene);
    facts.logbookctl = logbookctl_command(scene);
    // What runs knows its own names; the files are asked where nothing runs.
    const auto service_of = [&](deployment::Role role, std::string& name) {
        const auto* containers = scene.containers();
        const deployment::Member* member = containers ? containers->deployment.of_role(role) : nullptr;
        const std::string found = member ? member->service : scene.compose().model.service_name(role);
        if (!found.empty()) name = shell_quoted(found);
    };
    service_of(deployment::Role::database, facts.database);
    service_of(deployment::Role::cache, facts.cache);
    service_of(deployment::Role::backend, facts.backend);
    service_of(deployment::Role::frontend, facts.frontend);
    facts.backend_url = deployment::backend_url(scene.settings());
    facts.frontend_url = deployment::frontend_url(scene.settings());
    return facts;
}

}  // namespace

void add_advice(Finding& finding, const runbook::Catalogue& catalogue, const Scene& scene) {
    if (finding.outcome != Outcome::fail && finding.outcome != Outcome::warn) return;
    const runbook::Entry* found = catalogue.find(finding.check);
    if (!found) return;
    const runbook::Facts facts = facts_of(scene);
    const runbook::Entry entry = runbook::filled(*found, facts);
    // A check that knows better names commands of ours without knowing how they are called here.
    for (runbook::Step& step : finding.fix)
        step.command = replace_all(std::move(step.command), "{logbookctl}", facts.logbookctl);
    if (finding.cause.empty()) finding.cause = entry.title;
    if (finding.meaning.empty()) finding.meaning = entry.meaning;
    if (finding.fix.empty()) finding.fix = entry.fix;
    if (finding.never.empty()) finding.never = entry.never;
    if (finding.proves.empty()) finding.proves = entry.proves;
}

}  // namespace logbook::doctor
