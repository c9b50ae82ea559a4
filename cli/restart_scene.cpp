// Gathering.
#include "restart_scene.h"

#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/settings/known.h"
#include "project.h"

namespace logbook::cli {
namespace {

namespace fs = std::filesystem;

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// After `down` the volumes alone remember which generation it was.
std::string made_by(App& app, const Containers& found) {
    if (!found.deployment.compose_version.empty()) return found.deployment.compose_version;
    const auto volumes = found.engine->list_volumes(app.deadline);
    if (volumes)
        for (const docker::Volume& volume : *volumes) {
            const auto project = volume.labels.find("com.docker.compose.project");
            const auto version = volume.labels.find("com.docker.compose.version");
            if (project != volume.labels.end() && version != volume.labels.end() &&
                project->second == found.deployment.project)
                return version->second;
        }
    return {};
}

// What the backend will be given comes before what .env says of the same name.
settings::Lookup as_given(const settings::Lookup& outer, const deployment::ComposeModel& model) {
    const deployment::ComposeService* backend = model.of_role(deployment::Role::backend);
    if (!backend) return outer;
    return [outer, backend](std::string_view name) -> std::optional<std::string> {
        const deployment::ServiceVariable* given = backend->variable(name);
        if (given && given->value) return std::string(given->value->reveal());
        return outer(name);
    };
}

void register_rendered(App& app, const deployment::ComposeModel& model) {
    for (const deployment::ComposeService& service : model.services)
        for (const deployment::ServiceVariable& one : service.environment)
            if (one.value && settings::is_secret_name(one.name)) app.redactor.add(*one.value);
}

}  // namespace

Result<RestartScene> open_restart_scene(App& app) {
    auto found = open_containers(app);
    if (!found) return fail(found.error());
    const fs::path folder = found->deployment.folder;
    const settings::Lookup outer = process_environment();
    const fs::path env_path =
        app.global.env_file.empty() ? folder / ".env" : fs::absolute(app.global.env_file);
    const auto env = settings::load_env(env_path, outer);
    static const settings::EnvFile none;
    const settings::EnvFile& file = env ? env->file : none;
    register_secrets(app, file, settings::Settings(file, outer));

    const settings::Lookup plain = deployment::compose_lookup(file, outer);
    // Rendering fewer files would recreate containers from half a project.
    const std::string files =
        deployment::as_compose_file(deployment::files_by_hand(found->deployment, folder, plain));
    const settings::Lookup value = deployment::with_compose_file(plain, files);

    std::optional<restart::ComposeUp> compose;
    std::optional<Error> no_compose;
    const auto program = restart::choose_generation(
        deployment::find_compose_programs(whole_environment(), app.deadline.at_most(Millis(10'000))),
        made_by(app, *found));
    deployment::ComposeInput input;
    input.folder = folder;
    input.env_path = env_path;
    input.project_name = found->deployment.project;
    input.environment =
        deployment::compose_environment(whole_environment(), found->engine->endpoint(), files);
    input.hashes = true;
    if (program)
        compose = restart::ComposeUp{*program, input};
    else
        no_compose = program.error();
    found->compose = deployment::read_compose_project(input, value, program ? &*program : nullptr,
                                                      app.deadline.at_most(Millis(15'000)));
    const bool by_program = compose && found->compose.read_by != "logbookctl";
    if (compose && !by_program) {
        no_compose =
            found->compose.paths.empty()
                ? Error{ErrorCode::not_found,
                        "there is no Compose file in " + printable(folder.string(), 200),
                        "name the project's folder with -C"}
            : found->compose.problems.empty()
                ? Error{ErrorCode::invalid, "Compose refuses the files", "docker compose config --quiet"}
                : found->compose.problems.back();
        compose.reset();
    }
    register_rendered(app, found->compose.model);
    settings::Settings settings(file, as_given(outer, found->compose.model));
    restart::Staleness stale = restart::compare(found->deployment, found->compose.model);
    return RestartScene{std::move(*found),     std::move(settings), std::move(compose),
                        std::move(no_compose), std::move(stale),    folder};
}

fs::path upgrade_journal_path(const fs::path& folder) {
    constexpr const char* name = ".logbookctl-upgrade.json";
    if (folder.empty() || ::access(folder.c_str(), W_OK) != 0)
        for (const char* other : {"XDG_RUNTIME_DIR", "HOME"})
            if (const std::string path = variable(other); !path.empty() && ::access(path.c_str(), W_OK) == 0)
                return fs::path(path) / name;
    return folder / name;
}

restart::World world_of(App& app, const RestartScene& scene, bool may_exec) {
    return restart::World{*scene.found.engine,
                          app.seams.sql,
                          app.seams.redis,
                          app.seams.http,
                          app.seams.clock,
                          app.redactor,
                          scene.found.compose.model,
                          scene.settings,
                          scene.compose,
                          scene.folder / "logbookctl-logs",
                          {},
                          may_exec};
}

fs::path state_path(const fs::path& folder, const std::string& project, const std::string& name) {
    if (!folder.empty() && ::access(folder.c_str(), W_OK) == 0) return folder / (".logbookctl-" + name);
    std::string plain;
    for (const char c : project)
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') plain += c;
    const std::string runtime = variable("XDG_RUNTIME_DIR");
    const size_t dot = name.rfind('.');
    return fs::path(runtime.empty() ? "/tmp" : runtime) /
           fmt::format("logbookctl-{}-{}{}", name.substr(0, dot), plain, name.substr(dot));
}

Result<host::FileLock> lock_restart(const Containers& found) {
    auto lock =
        host::FileLock::acquire(state_path(found.deployment.folder, found.deployment.project, "restart.lock"),
                                Deadline::in(Millis(0)));
    if (lock || lock.error().code != ErrorCode::conflict) return lock;
    return fail(ErrorCode::conflict, "another restart of this deployment is running: " + lock.error().what,
                "wait for it to end, then look: logbookctl ps");
}

}  // namespace logbook::cli
