// What a project's Compose files say by themselves: which file is used, and the names of its services.
// (The full model, with profiles, overlays and containers, comes with the engine.)
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/result.h"

namespace logbook::deployment {

struct ComposeFiles {
    std::vector<std::filesystem::path>
        paths;                          // in the order in which Compose merges them; empty: there is none
    std::vector<std::string> services;  // of all of them, each once
    std::vector<Error> problems;        // of files that could not be read

    LOGBOOK_EXPORT bool has_service(std::string_view name) const;
    // The service of a role by the names that the shipped stacks use (mysql, db, mariadb …); empty when none.
    LOGBOOK_EXPORT std::string database_service() const;
    LOGBOOK_EXPORT std::string cache_service() const;
};

// `compose_file` is COMPOSE_FILE's value (a list apart by colons), empty when unset: then Compose's own
// default names are looked for, and after them those that The Logbook ships for Unraid.
LOGBOOK_EXPORT ComposeFiles find_compose_files(const std::filesystem::path& project,
                                               std::string_view compose_file);

// The service names of one file's text (at most 1 MiB). Fails with `protocol` on what is no Compose file.
LOGBOOK_EXPORT Result<std::vector<std::string>> parse_services(std::string_view yaml,
                                                               const std::string& name);

// A host name that the shipped stacks give to a service, and hardly anybody to a machine.
LOGBOOK_EXPORT bool is_usual_service_name(std::string_view host);

}  // namespace logbook::deployment
