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
    std::filesystem::path project_dir;
    std::filesystem::path env_path;
    settings::Lookup environment;  // the surrounding environment, which beats `.env` as it does for Compose
};

// What is referred to must outlive the scene. A probe takes at most `probe_limit`, and never goes past
// `deadline` less a margin that leaves time to judge and print.
LOGBOOK_EXPORT std::shared_ptr<const Scene> make_live_scene(LiveSceneSources sources, Deadline deadline,
                                                            Millis probe_limit = Millis(3000));

}  // namespace logbook::doctor
