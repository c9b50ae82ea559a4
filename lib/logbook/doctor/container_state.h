// What the state of a role's container says: judged alike for database, cache, backend and frontend.
#pragma once

#include <string>
#include <string_view>

#include "logbook/doctor/finding.h"
#include "logbook/doctor/scene.h"

namespace logbook::doctor {

// `title` as in a sentence ("The database"). Pure. Fails for a container that is missing, could not be
// started, ended, was killed, is paused, or is restarted again and again; health is another check's.
Finding judge_container(const Scene& scene, deployment::Role role, std::string_view title);

// "docker compose" and "logbookctl" as they are pasted where doctor was run: they name the project's folder
// where that is another one. Compose is the generation that made the containers.
std::string compose_command(const Scene& scene);
std::string logbookctl_command(const Scene& scene);

// Named volumes of the deployment that a database would keep its data in, by the Compose files where they
// tell, else by their name.
std::vector<std::string> database_volumes(const Scene& scene);

}  // namespace logbook::doctor
