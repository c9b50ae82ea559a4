// How drift is shown: each finding with its stations as fingerprints, then what to do.
#pragma once

#include "logbook/base/json.h"
#include "logbook/crypto/fingerprint.h"
#include "logbook/deployment/drift_advice.h"
#include "logbook/deployment/drift_reading.h"
#include "view/stream.h"

namespace logbook::cli {

void put_drift(Stream& out, const deployment::Drift& drift,
               const std::vector<deployment::DriftRemedy>& remedies, const crypto::Fingerprinter& prints);

// The members `findings`, `remedies`, `unknown`, `drift` and `complete` of the published schema.
void set_drift(Json& document, const deployment::Drift& drift,
               const std::vector<deployment::DriftRemedy>& remedies, const crypto::Fingerprinter& prints);

}  // namespace logbook::cli
