// The backend out of the way while its database is worked on, and back afterwards.
#pragma once

#include <string>
#include <vector>

#include "app.h"
#include "logbook/deployment/find.h"
#include "logbook/docker/engine.h"

namespace logbook::cli {

// Stops every container of the backend that runs or is started again and again. Returns their names,
// printable; none where none ran. Fails with `not_found` where there is no such container.
Result<std::vector<std::string>> stop_backend(App& app, const docker::Engine& engine,
                                              const deployment::Deployment& deployment);

// Starts it through the same steps as `restart backend`: its tables judged, then awaited until it answers.
Status start_backend(App& app);

}  // namespace logbook::cli
