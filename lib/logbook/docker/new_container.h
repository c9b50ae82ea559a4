// A container to be made, and the JSON by which the engine is asked for it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "logbook/docker/container.h"

namespace logbook::docker {

struct NewContainer {
    std::string image, name;  // an empty name: the engine invents one
    std::vector<std::string> command;
    std::map<std::string, std::string> labels;
    std::vector<std::string> entrypoint;  // in front of `command`; empty: the image's own
    std::vector<EnvironmentValue> environment;
    std::string user, working_dir;         // empty: the image's
    std::string network_mode;              // "the-logbook_intranet-network"; empty: the engine's default
    std::vector<std::string> networks;     // joined as well, by name
    std::vector<Mount> mounts;             // binds and volumes; of another kind they are left out
    std::vector<std::string> extra_hosts;  // "name:address"
    bool healthcheck = true;               // the image's
    bool auto_remove = false;              // the engine removes it when it ends
};

// The body of POST /containers/create, without `name` and `networks`. Pure.
LOGBOOK_EXPORT Json creation_of(const NewContainer& wanted);

}  // namespace logbook::docker
