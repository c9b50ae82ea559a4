// The application's settings as Compose hands them to the backend, each with its true source.
#pragma once

#include <optional>

#include "logbook/deployment/compose_origins.h"
#include "logbook/deployment/compose_project.h"
#include "logbook/settings/settings.h"

namespace logbook::deployment {

// Pure. Nothing where there is no backend service, or a file could not be read: then .env alone can be
// judged. A known name that the service's environment does not hold counts as unset. Names that are no
// setting of the application (BACKEND_PORT, MYSQL_ROOT_PASSWORD) stay as .env and the surrounding environment
// say.
LOGBOOK_EXPORT std::optional<settings::Settings> backend_settings(const settings::EnvFile& env,
                                                                  const settings::Lookup& outer,
                                                                  const ComposeProject& compose,
                                                                  const ComposeOrigins& origins);

}  // namespace logbook::deployment
