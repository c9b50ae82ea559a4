// Where the application's Alembic can be run for the code that starts next.
#pragma once

#include <memory>

#include "database_door.h"
#include "logbook/migration/alembic_run.h"
#include "migrate_scene.h"

namespace logbook::cli {

// `local`: on this machine, in the project's folder, with this process' environment and what .env adds to it.
// Else inside the running backend, or in a container of its image where it does not run or another image is
// next. `door` must outlive it. Fails with the next step where there is no such place.
Result<std::unique_ptr<migration::Alembic>> open_alembic(App& app, const Code& code, const DatabaseDoor& door,
                                                         bool local);

}  // namespace logbook::cli
