// How each server of a sandbox is started: command lines, configuration, environment. Pure but for finding
// the programs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "logbook/base/secret.h"
#include "logbook/host/child.h"

namespace logbook::sandbox {

// The real programs; fails with `not_found`, naming the Debian package.
struct Programs {
    std::filesystem::path database;       // mariadbd
    std::filesystem::path cache;          // redis-server
    std::filesystem::path system_tables;  // folder of the SQL files that make a new database's own tables
};
Result<Programs> find_programs();

struct Ports {
    uint16_t database = 0, cache = 0, backend = 0;
};

// Every generated secret. Letters and digits only, so that no place needs to quote them.
struct Secrets {
    Secret database, database_root, cache, secret_key, encryption_key, encryption_salt;
};
Result<Secrets> make_secrets();

// The settings of this stack, in the order of its `.env`. Some values are secret.
std::vector<std::pair<std::string, Secret>> settings_of(const Ports& ports, const Secrets& secrets);

// The text of the `.env`.
Secret env_text(const std::vector<std::pair<std::string, Secret>>& settings);

// Makes a new database's own tables: the program, and what it reads.
host::ChildSpec database_installer(const Programs& programs, const std::filesystem::path& folder);
Result<std::string> database_installer_input(const Programs& programs);

host::ChildSpec database_server(const Programs& programs, const std::filesystem::path& folder, uint16_t port);
host::ChildSpec cache_server(const Programs& programs, const std::filesystem::path& folder);
std::string cache_configuration(const std::filesystem::path& folder, uint16_t port, const Secret& password);
host::ChildSpec backend_server(const std::filesystem::path& program, const std::filesystem::path& folder,
                               const std::vector<std::pair<std::string, Secret>>& settings, uint16_t port);

}  // namespace logbook::sandbox
