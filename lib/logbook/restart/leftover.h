// What a recreation by Compose leaves behind when it is cut off in its middle.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logbook/deployment/find.h"

namespace logbook::restart {

// Whether there are two containers of one service and number: the new one is born, the old one not yet gone.
// Pure.
bool is_doubled(const deployment::Deployment& running, const deployment::Member& member);

// Both generations name a container "<12 hex digits>_<name>" meanwhile. The name that it ought to have, where
// nobody else of the deployment has it; else nothing. Pure.
std::optional<std::string> name_to_mend(const deployment::Deployment& running,
                                        const deployment::Member& member);

// Compose's new container of a recreation that was cut off before it was ever started, with the old one still
// there: its name stands in the way of the next attempt, and nothing is in it. Pure.
bool is_unborn(const deployment::Deployment& running, const deployment::Member& member);

}  // namespace logbook::restart
