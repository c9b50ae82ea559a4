// Creating and recreating one service's container through the Compose generation that made the others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/deployment/compose_program.h"

namespace logbook::restart {

struct ComposeUp {
    deployment::ComposeProgram program;
    deployment::ComposeInput input;
};

// Of what is installed, the program of the generation that made the containers: another one would recreate
// every one of them. `made_by`: the version of the containers' label, empty where there is none; then the
// newest. Pure. Fails with `unsupported`.
LOGBOOK_EXPORT Result<deployment::ComposeProgram>
choose_generation(const std::vector<deployment::ComposeProgram>& installed, std::string_view made_by);

// `up -d --no-deps SERVICE`. Fails with Compose's own last line.
Status compose_up(const ComposeUp& compose, const std::string& service, Deadline deadline);

}  // namespace logbook::restart
