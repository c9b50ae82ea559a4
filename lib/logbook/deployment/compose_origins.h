// Where the values that Compose gives to services come from: which names they are made of, and which file
// sets them. Only our own reading of the files can tell; what Compose prints is the result alone.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/deployment/compose_model.h"
#include "logbook/settings/env_file.h"

namespace logbook::deployment {

struct ValueOrigin {
    std::string service, name;
    std::filesystem::path file;     // the last one that sets it
    std::vector<std::string> from;  // the `$NAME`s that it is made of; empty: fixed
};

struct ComposeOrigins {
    std::vector<ValueOrigin> values;
    std::set<std::string> used;  // every `$NAME` of the files, wherever it stands, and COMPOSE_*
    bool complete = true;        // every file could be followed

    // nullptr where the files do not set it, or it could not be followed.
    LOGBOOK_EXPORT const ValueOrigin* of(std::string_view service, std::string_view name) const;
    // Whether the value is made of `$NAME` itself, so that .env and shell can change it.
    LOGBOOK_EXPORT bool passes(std::string_view service, std::string_view name) const;
};

// Pure but for reading the files, which are those that read_compose_files() would take. `value` is what
// `$NAME` becomes.
LOGBOOK_EXPORT ComposeOrigins read_compose_origins(const std::filesystem::path& folder,
                                                   const settings::Lookup& value);

}  // namespace logbook::deployment
