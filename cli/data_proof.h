// Whether data exists that new secrets would make unreadable: asked of the database that `.env` names.
#pragma once

#include "app.h"
#include "logbook/secrets/write_plan.h"
#include "logbook/settings/settings.h"

namespace logbook::cli {

// `all` must come from the file alone: what this shell exports must not divert the question elsewhere. Takes
// 3 s at the most, and never longer than the run.
secrets::DataProof prove_data(const App& app, const settings::Settings& all);

}  // namespace logbook::cli
