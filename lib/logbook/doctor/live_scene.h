// The scene of the real project: reads through the network seams and the machine, each thing once, when
// asked.
#pragma once

#include <memory>

#include "logbook/doctor/scene.h"

namespace logbook::doctor {

struct LiveSceneSources {
    const Clock& clock;
    const net::Transport& http;
    const net::SqlConnector& sql;
    const net::RedisConnector& redis;
    const net::HttpStream& stream;  // of the container engine
    std::filesystem::path project_dir;
    std::filesystem::path env_path;
    std::string engine{};          // -H; empty: as the docker program finds it
    std::string project_name{};    // -p; empty: not said
    bool folder_is_meant = false;  // -C was given: a deployment elsewhere is not this one
    // What logs are held against; nullptr: they are not read.
    std::shared_ptr<const runbook::Catalogue> catalogue{};
    std::vector<std::string>
        whole_environment{};         // "NAME=value", for the Compose program; empty: do not run it
    settings::Lookup environment{};  // the surrounding environment, which beats `.env` as it does for Compose
};

// What is referred to must outlive the scene. A probe takes at most `probe_limit`, and never goes past
// `deadline` less a margin that leaves time to judge and print.
LOGBOOK_EXPORT std::shared_ptr<const Scene> make_live_scene(LiveSceneSources sources, Deadline deadline,
                                                            Millis probe_limit = Millis(3000));

}  // namespace logbook::doctor
