// What doctor and health look at: the project of the command line, or the only deployment of the engine where
// this folder holds none.
#pragma once

#include <memory>

#include "app.h"
#include "logbook/doctor/scene.h"

namespace logbook::cli {

// Where neither -C nor --env-file was given and this folder holds no project, the folder of the deployment
// that the engine has takes its place in app.global, so that all that follows reads the same one. Costs
// nothing where a project is here; else one listing, of which every failure leaves things as they are.
void go_to_deployment(App& app);

// `compare`: may run Compose, to hold .env against the containers. `catalogue`: what the containers' logs are
// held against; without it they are not read. The secrets of .env are registered for
// masking.
std::shared_ptr<const doctor::Scene>
open_scene(App& app, Deadline deadline, bool compare,
           std::shared_ptr<const runbook::Catalogue> catalogue = nullptr);

// Registers what the readings have brought along since; before anything of them is printed.
void register_seen(App& app, const doctor::Scene& scene);

}  // namespace logbook::cli
