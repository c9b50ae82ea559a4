// The user's config file: named deployments and defaults. Pure: reading the file, and whether it may be
// trusted, are told apart from what it means. It has no key for a secret.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"
#include "logbook/base/result.h"

namespace logbook::deployment {

// What stands for the options that the command line leaves open. Empty: not said.
struct ConfigDefaults {
    std::string folder;   // absolute, or beginning with "~/"
    std::string engine;   // as -H takes it
    std::string project;  // as -p takes it
    std::string url;      // the public address, for `health --url`
    std::string output, color;
    std::optional<Millis> timeout;
};

struct NamedDeployment {
    std::string name;
    ConfigDefaults says;
};

struct UserConfig {
    std::string default_deployment;  // empty: none
    size_t default_line = 0;         // where that stands
    ConfigDefaults everywhere;       // output, color, timeout, engine of all deployments
    std::vector<NamedDeployment> deployments;

    LOGBOOK_EXPORT const NamedDeployment* find(std::string_view name) const;
};

constexpr uint64_t largest_user_config = 256 << 10;

// Pure. `name` is the file's, for messages. Fails with `invalid` at the first thing that the schema
// (config.schema.json) does not allow: "config.yaml:4: there is no key `foldr`; nearest: folder".
LOGBOOK_EXPORT Result<UserConfig> parse_user_config(std::string_view yaml, std::string_view name);

// Nothing where there is no such file. Fails with `denied` on a file that somebody else could have written
// (it can redirect the engine): owned by neither this user nor root, or writable by group or others.
LOGBOOK_EXPORT Result<std::optional<UserConfig>> load_user_config(const std::filesystem::path& path);

// The user's words over the system's: a deployment of the same name is taken whole from the user's file.
LOGBOOK_EXPORT UserConfig merge_user_config(UserConfig system, const UserConfig& user);

// What the command line chose, before any default.
struct ConfigChoice {
    std::string name;                             // -d; empty: not said
    std::optional<std::filesystem::path> folder;  // -C, or the current folder where it holds a project
    std::string home;                             // for "~/"
};

// Pure. The named deployment, else the one of that folder, else (where no folder is meant) the file's
// default, over what the file says for all. Fails with `not_found` for a name that no file has.
LOGBOOK_EXPORT Result<ConfigDefaults> choose_defaults(const UserConfig& config, const ConfigChoice& choice);

}  // namespace logbook::deployment
