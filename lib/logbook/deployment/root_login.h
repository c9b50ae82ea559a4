// How root signs in at the deployment's database, as far as the deployment itself tells.
#pragma once

#include <optional>
#include <string_view>

#include "logbook/docker/container.h"
#include "logbook/settings/settings.h"

namespace logbook::deployment {

struct RootLogin {
    Secret password;
    std::string_view source;  // "its container", ".env"
};

// The password that the database's container (nullptr: there is none) was made with, else that of the
// settings. The server may have another one by now. Pure.
LOGBOOK_EXPORT std::optional<RootLogin> root_login(const docker::Container* database,
                                                   const settings::Settings& settings);

}  // namespace logbook::deployment
