// The scene of a command line.
#include "scene.h"

#include <algorithm>

#include "containers.h"
#include "logbook/doctor/live_scene.h"
#include "project.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;

bool holds_a_project(const fs::path& folder) {
    std::error_code ignored;
    if (fs::exists(folder / ".env", ignored)) return true;
    return deployment::read_compose_files(folder, {}, process_environment()).exists();
}

}  // namespace

void go_to_deployment(App& app) {
    if (app.global.project_dir != "." || !app.global.env_file.empty() || holds_a_project(".")) return;
    const auto engine = open_engine(app);
    if (!engine) return;
    const auto listed = (*engine)->list_containers({}, app.deadline.at_most(Millis(2000)));
    if (!listed) return;
    deployment::Wanted wanted;
    wanted.project = app.global.project_name;
    wanted.folder = fs::absolute(app.global.project_dir).lexically_normal();
    const auto chosen = deployment::choose_deployment(deployment::group_deployments(*listed), wanted);
    std::error_code ignored;
    if (chosen && !chosen->folder.empty() && fs::is_directory(chosen->folder, ignored))
        app.global.project_dir = chosen->folder;
}

std::shared_ptr<const doctor::Scene> open_scene(App& app, Deadline deadline, bool compare,
                                                std::shared_ptr<const runbook::Catalogue> catalogue) {
    std::error_code ignored;
    doctor::LiveSceneSources sources{.clock = app.seams.clock,
                                     .http = app.seams.http,
                                     .sql = app.seams.sql,
                                     .redis = app.seams.redis,
                                     .stream = app.seams.stream,
                                     .project_dir =
                                         fs::absolute(app.global.project_dir, ignored).lexically_normal(),
                                     .env_path = app.global.env_path()};
    sources.catalogue = std::move(catalogue);
    sources.engine = app.global.engine;
    sources.project_name = app.global.project_name;
    sources.folder_is_meant = app.global.project_dir != ".";
    if (compare) sources.whole_environment = whole_environment();
    sources.environment = process_environment();
    // Whoever gives the whole run more time is on a slow way, and so is each probe.
    const Millis probe_limit = std::max(Millis(3000), app.global.timeout * 3 / 10);
    auto scene = doctor::make_live_scene(std::move(sources), deadline, probe_limit);
    // A server can echo a password back.
    if (scene->env()) register_secrets(app, scene->env()->file, scene->settings());
    return scene;
}

void register_seen(App& app, const doctor::Scene& scene) {
    for (const Secret& secret : scene.secrets_seen()) app.redactor.add(secret);
}

}  // namespace logbook::cli
