// Opening the project.
#include "project.h"

#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>

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

Error refused_env(const settings::LoadedEnv& env) {
    const settings::EnvProblem& problem = env.file.problems.front();
    return Error{
        ErrorCode::invalid,
        fmt::format("{}:{}: {}; Compose refuses the whole file", env.path.string(), problem.line,
                    problem.what),
        fmt::format("correct line {}; a value with special characters goes in single quotes", problem.line)};
}

}  // namespace logbook::cli
