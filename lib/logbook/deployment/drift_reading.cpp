// The facts, from the files, the Compose program and the engine.
#include "logbook/deployment/drift_reading.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

namespace fs = std::filesystem;

std::optional<ComposeProgram> program_for(const DriftSources& sources, Deadline deadline) {
    const std::string made_by = sources.deployment ? sources.deployment->compose_version : std::string();
    for (ComposeProgram& program : find_compose_programs(sources.environment, deadline)) {
        ComposeProgram made{{}, made_by};
        if (made_by.empty() || made.generation() == program.generation()) return std::move(program);
    }
    return std::nullopt;
}

std::vector<ServiceContainer> containers_of(const DriftSources& sources, Deadline deadline) {
    std::vector<ServiceContainer> containers;
    containers.reserve(sources.deployment->members.size());
    std::map<std::string, std::optional<std::vector<docker::EnvironmentValue>>> images;
    for (const Member& member : sources.deployment->members) {
        const std::string& image = member.container.image_id;
        auto known = images.find(image);
        if (known == images.end()) {
            auto asked = sources.engine->inspect_image(image, deadline);
            known = images.emplace(image, asked ? std::optional(std::move(asked->environment)) : std::nullopt)
                        .first;
        }
        containers.push_back({member.service, member.container.name, member.container.environment,
                              known->second, member.container.compose});
    }
    return containers;
}

}  // namespace

DriftReading read_drift(const DriftSources& sources, Deadline deadline) {
    DriftReading reading{settings::load_env(sources.env_path, sources.shell), {}, {}, {}, "docker compose"};
    static const settings::EnvFile none;
    const settings::EnvFile& env = reading.env ? reading.env->file : none;
    settings::Lookup value = compose_lookup(env, sources.shell);
    ComposeInput input{sources.folder, sources.env_path, sources.project_name, sources.environment};
    input.hashes = sources.deployment != nullptr;

    std::string list;
    if (sources.deployment) {
        const std::vector<fs::path> files = files_by_hand(*sources.deployment, sources.folder, value);
        list = as_compose_file(files);
        value = with_compose_file(value, list);
        for (const fs::path& file : files) {
            const fs::path inside = file.lexically_relative(sources.folder);
            const bool is_inside = !inside.empty() && *inside.begin() != "..";
            reading.compose_options += " -f " + shell_quoted((is_inside ? inside : file).string());
        }
    }
    if (sources.engine)
        input.environment =
            compose_environment(std::move(input.environment), sources.engine->endpoint(), list);
    const auto program = program_for(sources, deadline);
    reading.compose = read_compose_project(input, value, program ? &*program : nullptr, deadline);
    const ComposeOrigins origins = read_compose_origins(sources.folder, value);

    const Deployment* deployment = sources.deployment;
    if (deployment && !deployment->compose_version.empty())
        reading.compose_spelling = ComposeProgram{{}, deployment->compose_version}.generation() == 1
                                       ? "docker-compose"
                                       : "docker compose";
    else if (program)
        reading.compose_spelling = program->spelling();
    const bool other_name = deployment && !deployment->project.empty() && reading.compose.exists() &&
                            deployment->project != reading.compose.model.project;
    if (!sources.project_name.empty() || other_name)
        reading.compose_options = " -p " +
                                  shell_quoted(other_name ? deployment->project : sources.project_name) +
                                  reading.compose_options;

    DriftFacts facts{env, sources.shell, reading.compose, origins, std::nullopt, {}};
    if (sources.engine && deployment) {
        facts.containers = containers_of(sources, deadline);
        facts.moved = moved_mounts(*deployment, reading.compose.model);
    }
    reading.drift = judge_drift(facts);
    auto& unknown = reading.drift.unknown;
    if (!reading.env)
        unknown.insert(unknown.begin(), reading.env.error().what);
    else if (!env.readable())
        unknown.insert(unknown.begin(),
                       fmt::format("{}:{}: {}; Compose refuses the whole file", sources.env_path.string(),
                                   env.problems.front().line, env.problems.front().what));
    return reading;
}

}  // namespace logbook::deployment
