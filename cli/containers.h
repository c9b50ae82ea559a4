// The engine and the deployment that a container command works on: found once, with every secret that a
// container holds known to the redactor before anything is printed.
#pragma once

#include <memory>

#include "app.h"
#include "logbook/deployment/compose_project.h"
#include "logbook/deployment/find.h"
#include "logbook/docker/engine.h"

namespace logbook::cli {

// By -H, DOCKER_HOST, Docker's contexts and the usual sockets.
Result<std::unique_ptr<docker::Engine>> open_engine(App& app);

struct Containers {
    std::unique_ptr<docker::Engine> engine;
    deployment::Deployment deployment;   // its members inspected; one that vanished meanwhile is left out
    deployment::ComposeProject compose;  // empty where its folder cannot be read from here

    // The services that the Compose files have and the engine does not.
    std::vector<std::string> missing() const;
};
Result<Containers> open_containers(App& app);

// Makes the redactor know the secrets of an inspected container's environment: for one that appears later.
void register_container_secrets(App& app, const docker::Container& container);

// "The Logbook in /srv/the-logbook · compose project the-logbook · engine at unix:///var/run/docker.sock"
std::string headline(const Containers& containers);

}  // namespace logbook::cli
