// Which image each container runs, and whether the next one of its service would run another.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "logbook/deployment/compose_model.h"
#include "logbook/docker/engine.h"
#include "logbook/probe/containers_probe.h"

namespace logbook::doctor {

struct ImageUse {
    std::string service;
    std::string image;  // as its container was made from it: "logbook-backend:latest"
    // The name stands for another image now, pulled or built since; nothing: the engine did not say.
    std::optional<bool> moved;
    bool gone = false;  // no image has the name any more
    // Files that decide what is installed in a built image and are newer than it, in its build folder.
    std::vector<std::filesystem::path> newer;
};

// Of a built image, `folder` and the model tell where it is built.
std::vector<ImageUse> read_image_use(const probe::ContainersReading& reading, const docker::Engine& engine,
                                     const deployment::ComposeModel& model,
                                     const std::filesystem::path& folder, Deadline deadline);

}  // namespace logbook::doctor
