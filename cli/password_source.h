// Where a password comes from that is no setting: a file, or somebody at a terminal. Never an option's value.
#pragma once

#include <filesystem>

#include "app.h"
#include "logbook/base/secret.h"

namespace logbook::cli {

// The first line of a file that nobody else may read. The redactor knows it afterwards. Fails with `denied`
// on a file that others may read, and as host::read_file() does.
Result<Secret> read_password_file(App& app, const std::filesystem::path& path);

// Asks twice, without an echo. Fails with `invalid` where no terminal is there to ask (or --no-input says
// so), and where the two differ. The redactor knows it afterwards.
Result<Secret> ask_new_password(App& app, const std::string& whose);

}  // namespace logbook::cli
