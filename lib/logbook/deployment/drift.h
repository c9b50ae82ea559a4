// Whether what .env and the Compose files say has reached the application: the files → what Compose makes of
// them → the running container. The judgement alone; who gathers the facts and what is done about it stands
// elsewhere (drift_advice.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/secret.h"
#include "logbook/deployment/compose_origins.h"
#include "logbook/deployment/compose_project.h"
#include "logbook/deployment/moved_mounts.h"
#include "logbook/docker/container.h"
#include "logbook/settings/env_file.h"

namespace logbook::deployment {

enum class DriftKind {
    stale,      // the container was made with another value: only a recreate applies the new one
    redefined,  // the container was made from another image, command, port, mount or limit than the files say
    shadowed,   // a variable of this shell beats the one in .env
    hard_coded,  // the Compose file sets it itself, and .env's value has no effect
    not_passed,  // in .env, and not in the service's `environment:`, so that the application never sees it
};
LOGBOOK_EXPORT std::string_view name_of(DriftKind kind);  // "not_passed"

// What a new value costs an installation that holds data.
enum class DriftStake {
    none,
    key,             // encrypted data or the audit log depend on it: the container may hold the only copy
    database_login,  // the database keeps the password that its volume was made with
    cache_login,     // cache and backend must change together
    stored_data,     // a recreate would mount another volume or folder, and leave the data behind
};
LOGBOOK_EXPORT std::string_view name_of(DriftStake stake);
LOGBOOK_EXPORT DriftStake stake_of(std::string_view variable);

struct DriftFinding {
    DriftKind kind = DriftKind::stale;
    std::string name;       // of the variable; of `redefined` the place of a moved mount, or "definition"
    std::string service;    // empty: of Compose itself (ports, paths)
    std::string container;  // its name; empty where there is none
    size_t line = 0;        // in .env; 0 when it does not stand there
    // The same value at each station; nothing: not set there, or not known.
    std::optional<Secret> in_env, in_shell, rendered, running;
    std::vector<std::string> from;  // other names of .env that the value is made of
    std::filesystem::path file;     // the Compose file that sets it; empty: none does, or it is not known
    DriftStake stake = DriftStake::none;
    // False where it changes nothing: a name that is not passed and has the application's default anyway.
    bool matters = true;
};

// One container of a service, as the engine tells it.
struct ServiceContainer {
    std::string service, container;
    std::vector<docker::EnvironmentValue> environment;
    // What the image brings along; nothing: it could not be asked, so names that only the container has are
    // not judged.
    std::optional<std::vector<docker::EnvironmentValue>> image_environment;
    docker::ComposeLabels labels;
};

struct DriftFacts {
    const settings::EnvFile& env;
    settings::Lookup shell;
    const ComposeProject& compose;
    const ComposeOrigins& origins;
    std::optional<std::vector<ServiceContainer>> containers;  // nothing: the engine could not be asked
    std::vector<MovedMount> moved;
};

struct Drift {
    std::vector<DriftFinding> findings;  // the gravest first
    std::vector<std::string> unknown;    // what could not be judged, a sentence each

    LOGBOOK_EXPORT bool found() const;  // one that matters
    bool complete() const { return unknown.empty(); }
    // Whether recreating this service's container costs nothing that cannot be had back.
    LOGBOOK_EXPORT bool recreate_is_safe(std::string_view service) const;
    // The services with a stale container, each once.
    LOGBOOK_EXPORT std::vector<std::string> stale_services() const;
};

// Pure. No sentence of the result holds a value.
LOGBOOK_EXPORT Drift judge_drift(const DriftFacts& facts);

}  // namespace logbook::deployment
