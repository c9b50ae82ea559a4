// Whether data exists that new secrets would make unreadable: asked of the database that `.env` names, or of
// the engine, where the Compose files have the database.
#pragma once

#include "app.h"
#include "logbook/secrets/write_plan.h"
#include "logbook/settings/settings.h"

namespace logbook::cli {

struct ProvenData {
    secrets::DataProof proof;
    bool database_answered = false;  // it exists, and keeps the passwords that it was made with
};

// `all` must come from the file alone: what this shell exports must not divert the question elsewhere. Takes
// some seconds at the most, and never longer than the run.
ProvenData prove_data(App& app, const settings::Settings& all);

}  // namespace logbook::cli
