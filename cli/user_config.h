// The config files behind the command line: what it leaves open is filled from the named deployment.
#pragma once

#include <string>
#include <vector>

#include "app.h"
#include "command.h"

namespace logbook::cli {

// -d NAME. Its value is read by apply_user_config().
void add_deployment_option(const Command& root);

// Reads the user's file ($XDG_CONFIG_HOME/logbookctl/config.yaml, else ~/.config/…) over the system's
// (/etc/logbookctl/config.yaml) and fills what neither an option nor its variable has set.
// COMPOSE_PROJECT_NAME of shell and .env beats a `project:`. Fails where a file cannot be used, or the name
// that -d asks for is in none of them.
Status apply_user_config(const Command& root, GlobalOptions& global);

// The public address of the deployment that apply_user_config() chose; empty: none is configured.
const std::string& configured_url();

// For completion: the names in the files; none where they cannot be read.
std::vector<std::string> configured_deployments();

}  // namespace logbook::cli
