// Drift in the words of doctor.
#include "logbook/doctor/drift_finding.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/drift_advice.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {

using deployment::DriftFinding;

DriftOf drift_of(const Scene& scene, const std::vector<deployment::DriftKind>& kinds) {
    DriftOf found;
    const deployment::DriftReading* reading = scene.drift();
    if (!reading) return found;
    found.drift.unknown = reading->drift.unknown;
    for (const DriftFinding& finding : reading->drift.findings) {
        if (!finding.matters || std::find(kinds.begin(), kinds.end(), finding.kind) == kinds.end()) continue;
        found.drift.findings.push_back(finding);
        std::string line = printable(finding.name, 60);
        if (!finding.service.empty()) line += " of " + printable(finding.service, 60);
        if (finding.line > 0) line += fmt::format(" (.env:{})", finding.line);
        found.seen.push_back(std::move(line));
    }
    return found;
}

void add_remedies(Finding& finding, const Scene& scene, const deployment::Drift& drift) {
    deployment::DriftWords words;
    words.compose = compose_command(scene);
    words.logbookctl = logbookctl_command(scene);
    words.env_file = scene.env_path().string();
    if (const auto* containers = scene.containers())
        if (const auto* backend = containers->deployment.of_role(deployment::Role::backend))
            words.backend = backend->service;
    for (const deployment::DriftRemedy& remedy : deployment::remedies_of(drift, words)) {
        if (!remedy.danger.empty()) finding.never.push_back("recreating the container: " + remedy.danger);
        for (const deployment::DriftStep& step : remedy.steps) {
            const bool recreates = contains(step.command, " up ");
            finding.fix.push_back(
                {step.text, step.command, recreates ? runbook::Risk::restart : runbook::Risk::none});
        }
    }
    finding.proves = logbookctl_command(scene) + " config drift";
}

}  // namespace logbook::doctor
