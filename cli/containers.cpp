// From the command line to a deployment.
#include "containers.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/settings/known.h"
#include "project.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;

deployment::ComposeProject read_compose(App& app, const fs::path& folder) {
    const settings::Lookup outer = process_environment();
    const auto env = settings::load_env(folder / ".env", outer);
    static const settings::EnvFile none;
    if (env) register_secrets(app, env->file, settings::Settings(env->file, outer));
    return deployment::read_compose_files(folder, {},
                                          deployment::compose_lookup(env ? env->file : none, outer));
}

}  // namespace

void register_container_secrets(App& app, const docker::Container& container) {
    for (const docker::EnvironmentValue& variable : container.environment)
        if (settings::is_secret_name(variable.name)) app.redactor.add(variable.value);
}

Result<std::unique_ptr<docker::Engine>> open_engine(App& app) {
    const auto endpoint = docker::find_endpoint(app.global.engine, docker::endpoint_world());
    if (!endpoint) return fail(endpoint.error());
    return docker::connect_engine(*endpoint, app.seams.stream, app.deadline.at_most(Millis(3000)));
}

Result<Containers> open_containers(App& app) {
    Containers found;
    auto engine = open_engine(app);
    if (!engine) return fail(engine.error());
    found.engine = std::move(*engine);
    const auto listed = found.engine->list_containers({}, app.deadline);
    if (!listed) return fail(listed.error());

    deployment::Wanted wanted;
    wanted.project = app.global.project_name;
    wanted.folder = fs::absolute(app.global.project_dir).lexically_normal();
    deployment::ComposeProject here = read_compose(app, wanted.folder);
    wanted.folder_is_meant = app.global.project_dir != "." || here.exists();
    auto chosen = deployment::choose_deployment(deployment::group_deployments(*listed), wanted);
    // After `down` there is no container, and the files still say what belongs to it.
    if (!chosen && chosen.error().code == ErrorCode::not_found && wanted.project.empty() && here.exists()) {
        deployment::Deployment empty;
        empty.project = here.model.project;
        empty.folder = wanted.folder;
        chosen = std::move(empty);
    }
    if (!chosen) return fail(chosen.error());
    found.deployment = std::move(*chosen);
    if (Status inspected = deployment::inspect_members(*found.engine, found.deployment, app.deadline);
        !inspected)
        return fail(inspected.error());
    for (const deployment::Member& member : found.deployment.members)
        register_container_secrets(app, member.container);
    const fs::path& folder = found.deployment.folder;
    std::error_code ignored;
    found.compose = folder.empty() || fs::equivalent(folder, wanted.folder, ignored)
                        ? std::move(here)
                        : read_compose(app, folder);
    return found;
}

std::vector<std::string> Containers::missing() const {
    std::vector<std::string> names;
    for (const deployment::ComposeService& service : compose.model.services)
        if (!deployment.of_service(service.name)) names.push_back(service.name);
    return names;
}

std::string headline(const Containers& containers) {
    const deployment::Deployment& deployment = containers.deployment;
    std::string text = "The Logbook";
    if (!deployment.folder.empty()) text += " in " + printable(deployment.folder.string(), 200);
    if (!deployment.project.empty()) text += " · compose project " + printable(deployment.project, 80);
    return text + " · engine at " + containers.engine->endpoint().text();
}

}  // namespace logbook::cli
