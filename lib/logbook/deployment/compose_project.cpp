// Reading a project: files found, merged, interpolated, filtered by profile.
#include "logbook/deployment/compose_project.h"

#include <algorithm>
#include <fmt/format.h>
#include <future>

#include "logbook/base/text.h"
#include "logbook/deployment/compose_merge.h"
#include "logbook/host/file.h"

namespace logbook::deployment {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t most_bytes = 1 << 20;
// Compose's own search order (compose-spec).
constexpr std::string_view default_stems[] = {"compose.yaml", "compose.yml", "docker-compose.yml",
                                              "docker-compose.yaml"};
constexpr std::string_view unraid_name = "docker-compose-unraid.yml";

bool is_there(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// "docker-compose.yml" → "docker-compose.override.yml", with either ending.
std::vector<fs::path> overrides_of(const fs::path& path) {
    const std::string stem = path.stem().string() + ".override";
    return {path.parent_path() / (stem + ".yml"), path.parent_path() / (stem + ".yaml")};
}

// Compose's rule for a name: lower case, and only what an object of the engine may be called.
std::string project_name_of(std::string_view folder_name) {
    std::string name;
    for (const char c : lower(folder_name))
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-') name += c;
    const size_t first = name.find_first_not_of("_-");
    return first == std::string::npos ? std::string() : name.substr(first);
}

yaml::Node* member(yaml::Node& node, std::string_view key) {
    return const_cast<yaml::Node*>(node.find(key));
}

// An overlay may leave `services:` out; a list there is a mistake.
bool is_compose(const yaml::Node& document) {
    if (const yaml::Node* services = document.find("services"))
        return services->kind == yaml::Node::Kind::mapping;
    return document.find("volumes") || document.find("networks");
}

// What `env_file:` names goes beneath `environment:`.
void add_env_files(yaml::Node& service, const fs::path& folder, const settings::Lookup& value,
                   std::vector<Error>& problems) {
    const yaml::Node* files = service.find("env_file");
    if (!files) return;
    std::vector<yaml::Node> list =
        files->kind == yaml::Node::Kind::sequence ? files->items : std::vector{*files};
    yaml::Node merged;
    merged.kind = yaml::Node::Kind::mapping;
    for (const yaml::Node& item : list) {
        const yaml::Node* path = item.kind == yaml::Node::Kind::mapping ? item.find("path") : &item;
        const yaml::Node* required = item.find("required");
        if (!path) continue;
        const auto loaded = settings::load_env(folder / path->text, value);
        if (!loaded) {
            if (!(required && required->text == "false")) problems.push_back(loaded.error());
            continue;
        }
        for (const settings::EnvAssignment& assignment : loaded->file.assignments) {
            yaml::Node text;
            text.kind = yaml::Node::Kind::scalar;
            text.text = std::string(assignment.value.reveal());
            if (yaml::Node* known = member(merged, assignment.name))
                *known = std::move(text);
            else
                merged.members.emplace_back(assignment.name, std::move(text));
        }
    }
    yaml::Node* environment = member(service, "environment");
    if (!environment) {
        service.members.emplace_back("environment", std::move(merged));
        return;
    }
    for (yaml::Node::Member& from_file : merged.members)
        if (!environment->find(from_file.first)) environment->members.push_back(std::move(from_file));
}

// `- NAME` without a value is passed through.
void pass_through(yaml::Node& service, const settings::Lookup& value) {
    yaml::Node* environment = member(service, "environment");
    if (!environment) return;
    for (auto& [name, node] : environment->members)
        if (node.kind == yaml::Node::Kind::null)
            if (const auto outer = value(name)) {
                node.kind = yaml::Node::Kind::scalar;
                node.text = *outer;
            }
}

bool switched_on(const ComposeService& service, const std::vector<std::string>& profiles) {
    return service.profiles.empty() ||
           std::any_of(service.profiles.begin(), service.profiles.end(), [&](const std::string& profile) {
               return std::find(profiles.begin(), profiles.end(), profile) != profiles.end() ||
                      std::find(profiles.begin(), profiles.end(), "*") != profiles.end();
           });
}

void keep_profiles(ComposeModel& model, const settings::Lookup& value) {
    std::vector<std::string> profiles;
    for (const std::string& name : split(value("COMPOSE_PROFILES").value_or(""), ','))
        if (!trim(name).empty()) profiles.emplace_back(trim(name));
    auto& services = model.services;
    services.erase(std::remove_if(services.begin(), services.end(),
                                  [&](const ComposeService& s) { return !switched_on(s, profiles); }),
                   services.end());
}

// Names only Compose can follow.
void tell_unfollowed(const yaml::Node& document, const fs::path& path, std::vector<Error>& problems) {
    const auto tell = [&](std::string_view what) {
        problems.push_back(
            {ErrorCode::unsupported,
             fmt::format("{} uses `{}`, which only Compose itself follows", path.string(), what),
             "install the Compose program (package docker-compose), so that it is asked"});
    };
    if (document.find("include")) tell("include");
    if (const yaml::Node* services = document.find("services"))
        for (const auto& [name, service] : services->members)
            if (service.find("extends")) return tell("extends");
}

}  // namespace

settings::Lookup compose_lookup(const settings::EnvFile& env, settings::Lookup outer) {
    return [&env, outer = std::move(outer)](std::string_view name) -> std::optional<std::string> {
        if (outer)
            if (auto value = outer(name)) return value;
        const settings::EnvAssignment* found = env.find(name);
        return found ? std::optional(std::string(found->value.reveal())) : std::nullopt;
    };
}

std::vector<fs::path> compose_paths(const fs::path& folder, const settings::Lookup& value) {
    std::vector<fs::path> paths;
    if (const auto list = value("COMPOSE_FILE"); list && !list->empty()) {
        const auto separator = value("COMPOSE_PATH_SEPARATOR");
        for (const std::string& part :
             split(*list, separator && separator->size() == 1 ? (*separator)[0] : ':'))
            if (!part.empty()) paths.push_back(folder / part);
        return paths;
    }
    for (const std::string_view name : default_stems) {
        if (!is_there(folder / name)) continue;
        paths.push_back(folder / name);
        for (const fs::path& path : overrides_of(paths.front()))
            if (is_there(path)) {
                paths.push_back(path);
                break;
            }
        return paths;
    }
    if (is_there(folder / unraid_name)) paths.push_back(folder / unraid_name);
    return paths;
}

ComposeProject read_compose_files(const fs::path& folder, const std::string& project_name,
                                  const settings::Lookup& value) {
    ComposeProject project;
    project.read_by = "logbookctl";
    project.paths = compose_paths(folder, value);
    yaml::Node merged;
    merged.kind = yaml::Node::Kind::mapping;
    for (const fs::path& path : project.paths) {
        const auto text = host::read_file(path, most_bytes);
        auto document =
            text ? yaml::parse(text->bytes, path.string()) : Result<yaml::Node>(tl::unexpected(text.error()));
        if (document && !is_compose(*document))
            document =
                fail(ErrorCode::protocol,
                     fmt::format("{} is no Compose file: it has no `services:` mapping", path.string()));
        if (!document) {
            Error& problem = project.problems.emplace_back(document.error());
            if (problem.hint.empty()) problem.hint = "check it with: docker compose config --quiet";
            continue;
        }
        for (const std::string& problem : interpolate_compose(*document, value))
            project.refusals.push_back({ErrorCode::invalid, path.string() + ": " + problem,
                                        "set it in .env, or in the environment of Compose"});
        tell_unfollowed(*document, path, project.problems);
        normalise_compose(*document);
        merged = merge_compose(std::move(merged), std::move(*document));
    }
    if (yaml::Node* services = member(merged, "services"))
        for (auto& [name, service] : services->members) {
            add_env_files(service, folder, value, project.problems);
            pass_through(service, value);
        }
    if (auto model = read_compose_model(merged, "the project")) project.model = std::move(*model);
    keep_profiles(project.model, value);
    // -p, then COMPOSE_PROJECT_NAME, then `name:`, then the folder.
    if (!project_name.empty())
        project.model.project = project_name;
    else if (const auto set = value("COMPOSE_PROJECT_NAME"); set && !set->empty())
        project.model.project = *set;
    else if (project.model.project.empty())
        project.model.project = project_name_of(fs::absolute(folder).lexically_normal().filename().string());
    return project;
}

std::vector<fs::path> files_by_hand(const Deployment& running, const fs::path& folder,
                                    const settings::Lookup& value) {
    if (running.config_files.empty()) return {};
    if (const auto named = value("COMPOSE_FILE"); named && !named->empty()) return {};
    std::vector<fs::path> files, usual;
    for (const std::string& file : running.config_files) {
        const fs::path path = (folder / file).lexically_normal();  // absolute ones stay as they are
        std::error_code ignored;
        // A name with the separator in it could not be handed on as a list.
        if (!fs::is_regular_file(path, ignored) || path.string().find(':') != std::string::npos) return {};
        files.push_back(path);
    }
    for (const fs::path& path : compose_paths(folder, value)) usual.push_back(path.lexically_normal());
    const bool found_by_itself =
        files.size() <= usual.size() && std::equal(files.begin(), files.end(), usual.begin());
    return found_by_itself ? std::vector<fs::path>() : files;
}

std::string as_compose_file(const std::vector<fs::path>& files) {
    std::string list;
    for (const fs::path& file : files) list += (list.empty() ? "" : ":") + file.string();
    return list;
}

settings::Lookup with_compose_file(settings::Lookup value, std::string compose_file) {
    if (compose_file.empty()) return value;
    return [value = std::move(value),
            list = std::move(compose_file)](std::string_view name) -> std::optional<std::string> {
        if (name == "COMPOSE_FILE") return list;
        if (name == "COMPOSE_PATH_SEPARATOR") return ":";
        return value(name);
    };
}

ComposeProject read_compose_project(const ComposeInput& input, const settings::Lookup& value,
                                    const ComposeProgram* program, Deadline deadline) {
    ComposeProject own = read_compose_files(input.folder, input.project_name, value);
    if (!program || own.paths.empty()) return own;
    std::future<std::map<std::string, std::string>> hashes;
    if (input.hashes)
        hashes = std::async(std::launch::async, [&] { return hashes_with(*program, input, deadline); });
    const auto rendered = render_with(*program, input, deadline);
    yaml::Limits limits;
    limits.bytes = 8 << 20;
    auto document = rendered ? yaml::parse(*rendered, program->spelling(), limits)
                             : Result<yaml::Node>(tl::unexpected(rendered.error()));
    if (!document) {
        own.problems.push_back(document.error());
        return own;
    }
    // Compose doubles every dollar sign, so that what it prints could be read by it again.
    (void)interpolate_compose(*document, [](std::string_view) { return std::nullopt; });
    normalise_compose(*document);
    auto model = read_compose_model(*document, program->spelling());
    if (!model) {
        own.problems.push_back(model.error());
        return own;
    }
    // v1 prints no name; the rules for it are the same.
    if (model->project.empty()) model->project = own.model.project;
    model->version = program->version;
    if (input.hashes)
        for (const auto& [name, hash] : hashes.get())
            for (ComposeService& service : model->services)
                if (service.name == name) service.hash = hash;
    return {std::move(own.paths), std::move(*model), program->spelling() + " " + program->version, {}, {}};
}

}  // namespace logbook::deployment
