// Completes a finding with the runbook's words: what the check itself does not know better comes from its
// entry.
#pragma once

#include "logbook/doctor/finding.h"
#include "logbook/doctor/scene.h"
#include "logbook/runbook/catalogue.h"

namespace logbook::doctor {

// Only failures and warnings get advice. Placeholders are filled with this deployment's names and paths.
void add_advice(Finding& finding, const runbook::Catalogue& catalogue, const Scene& scene);

}  // namespace logbook::doctor
