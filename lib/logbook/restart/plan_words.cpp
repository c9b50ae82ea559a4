// What the actions and steps are called.
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/restart/plan.h"

namespace logbook::restart {

std::string_view name_of(Action action) {
    switch (action) {
    case Action::stop:
        return "stop";
    case Action::start:
        return "start";
    case Action::create:
        return "create";
    case Action::recreate:
        return "recreate";
    case Action::await:
        return "await";
    case Action::judge:
        return "judge";
    case Action::probe:
        return "probe";
    }
    return "?";
}

std::string Step::text() const {
    std::string name = printable(service, 60);
    switch (action) {
    case Action::stop:
        return "stop " + name;
    case Action::start:
        return "start " + name;
    case Action::create:
        return fmt::format("create {} through Compose", name);
    case Action::recreate:
        return fmt::format("keep the log of {}, recreate it through Compose", name);
    case Action::await:
        return fmt::format("wait until {} is ready", name);
    case Action::judge:
        return "make sure that the backend's start keeps the tables";
    case Action::probe:
        return fmt::format("ask the backend through {}", name);
    }
    return name;
}

}  // namespace logbook::restart
