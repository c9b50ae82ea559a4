// What drift of one kind means to an operator: judged alike for what is stale and for what is not passed on.
#pragma once

#include <string>
#include <vector>

#include "logbook/deployment/drift.h"
#include "logbook/doctor/finding.h"
#include "logbook/doctor/scene.h"

namespace logbook::doctor {

// The differences of those kinds that matter, and nothing else; `undetermined` where none was found and not
// everything could be told.
struct DriftOf {
    deployment::Drift drift;        // with the findings of those kinds only
    std::vector<std::string> seen;  // one line each, without a value
};
DriftOf drift_of(const Scene& scene, const std::vector<deployment::DriftKind>& kinds);

// The steps that deployment::remedies_of gives, and what they must not be, put into the finding.
void add_remedies(Finding& finding, const Scene& scene, const deployment::Drift& drift);

}  // namespace logbook::doctor
