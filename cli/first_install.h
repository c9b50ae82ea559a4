// The proof of a first install: the engine has neither a container of the application's database nor its
// data.
#pragma once

#include "app.h"
#include "logbook/deployment/compose_project.h"

namespace logbook::cli {

struct FirstInstall {
    bool proven = false;
    // Proven: what was asked and is not there. Else why not: what was found, or could not be looked at.
    std::string evidence;
};

// For Compose files whose backend uses their own database service; `folder` is theirs. Asks the engine that
// Compose would use, 3 s at the most, and changes nothing. What cannot be asked proves nothing.
FirstInstall prove_first_install(App& app, const deployment::ComposeProject& compose,
                                 const std::filesystem::path& folder);

}  // namespace logbook::cli
