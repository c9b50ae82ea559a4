// Opening the project.
#include "project.h"

#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/backend_settings.h"
#include "logbook/settings/known.h"

namespace logbook::cli {

settings::Lookup process_environment() {
    return [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

std::vector<std::string> whole_environment() {
    std::vector<std::string> all;
    for (char** entry = environ; entry && *entry; ++entry) all.emplace_back(*entry);
    return all;
}

void register_secrets(App& app, const settings::EnvFile& file, const settings::Settings& all) {
    for (const settings::Setting& setting : all.all())
        if (setting.secret && setting.source != settings::Source::default_value)
            app.redactor.add(setting.value);
    for (const settings::EnvAssignment& assignment : file.assignments)
        if (settings::is_secret_name(assignment.name)) app.redactor.add(assignment.value);
}

Result<Project> open_project(App& app) {
    const settings::Lookup outer = process_environment();
    Result<settings::LoadedEnv> env = settings::load_env(app.global.env_path().lexically_normal(), outer);
    if (!env) return fail(env.error());
    settings::Settings all(env->file, outer);
    register_secrets(app, env->file, all);
    return Project{std::move(*env), std::move(all)};
}

GivenSettings given_settings(App& app, const Project& project) {
    const settings::Lookup outer = process_environment();
    const settings::EnvFile& env = project.env.file;
    const settings::Lookup value = deployment::compose_lookup(env, outer);
    const std::filesystem::path folder = std::filesystem::absolute(app.global.project_dir).lexically_normal();
    deployment::ComposeProject compose =
        deployment::read_compose_files(folder, app.global.project_name, value);
    // What only Compose itself can follow, it is asked for.
    if (!compose.problems.empty())
        for (const deployment::ComposeProgram& program :
             deployment::find_compose_programs(whole_environment(), app.deadline.at_most(Millis(3000)))) {
            compose = deployment::read_compose_project(
                {folder, project.env.path, app.global.project_name, whole_environment()}, value, &program,
                app.deadline);
            if (compose.problems.empty()) break;
        }
    GivenSettings given{project.settings, {}, {}, {}};
    const deployment::ComposeOrigins origins = deployment::read_compose_origins(folder, value);
    if (auto rendered = deployment::backend_settings(env, outer, compose, origins)) {
        given.settings = std::move(*rendered);
        given.service = compose.model.service_name(deployment::Role::backend);
        given.compose_files = compose.paths;
        register_secrets(app, env, given.settings);
    } else if (!compose.problems.empty()) {
        given.obstacle = compose.problems.front().what;
    } else if (compose.exists()) {
        given.obstacle = "the Compose files have no backend service";
    }
    return given;
}

std::string where_given(const GivenSettings& given, const Project& project) {
    if (given.service.empty()) return project.env.path.string();
    std::vector<std::string> names;
    for (const std::filesystem::path& path : given.compose_files)
        names.push_back(printable(path.filename().string(), 80));
    return fmt::format("service {} of {}", printable(given.service, 60), join(names, " and "));
}

Json to_json(const GivenSettings& given) {
    if (given.service.empty()) return nullptr;
    Json::Array files;
    for (const std::filesystem::path& path : given.compose_files) files.emplace_back(path.string());
    return Json::object({{"service", given.service}, {"compose_files", Json(std::move(files))}});
}

Error refused_env(const settings::LoadedEnv& env) {
    const settings::EnvProblem& problem = env.file.problems.front();
    return Error{
        ErrorCode::invalid,
        fmt::format("{}:{}: {}; Compose refuses the whole file", env.path.string(), problem.line,
                    problem.what),
        fmt::format("correct line {}; a value with special characters goes in single quotes", problem.line)};
}

}  // namespace logbook::cli
