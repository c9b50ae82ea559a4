// Reading Compose files just far enough to know the services, on the YAML tree.
#include "logbook/deployment/compose_file.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/deployment/yaml_tree.h"
#include "logbook/host/file.h"

namespace logbook::deployment {
namespace {

constexpr uint64_t most_bytes = 1 << 20;
// Compose's own search order (compose-spec), then The Logbook's file for Unraid.
constexpr std::string_view default_names[] = {"compose.yaml", "compose.yml", "docker-compose.yml",
                                              "docker-compose.yaml", "docker-compose-unraid.yml"};
constexpr std::string_view database_names[] = {"mysql", "db", "mariadb", "database"};
constexpr std::string_view cache_names[] = {"redis", "cache", "valkey"};

template <typename Names>
std::string first_service(const ComposeFiles& files, const Names& names) {
    for (const std::string_view name : names)
        if (files.has_service(name)) return std::string(name);
    return {};
}

}  // namespace

bool ComposeFiles::has_service(std::string_view name) const {
    return std::find(services.begin(), services.end(), name) != services.end();
}

std::string ComposeFiles::database_service() const {
    return first_service(*this, database_names);
}

std::string ComposeFiles::cache_service() const {
    return first_service(*this, cache_names);
}

bool is_usual_service_name(std::string_view host) {
    const auto in = [&](const auto& names) {
        return std::find(std::begin(names), std::end(names), host) != std::end(names);
    };
    return in(database_names) || in(cache_names) || host == "backend" || host == "frontend";
}

Result<std::vector<std::string>> parse_services(std::string_view yaml, const std::string& name) {
    const Result<YamlNode> root = parse_yaml(yaml, name);
    if (!root) return fail(root.error());
    const YamlNode* services = root->find("services");
    if (!services || services->kind != YamlNode::Kind::mapping)
        return fail(ErrorCode::protocol,
                    fmt::format("{} is no Compose file: it has no `services:` mapping", name),
                    "check it with: docker compose config --quiet");
    std::vector<std::string> names;
    for (const auto& [service, body] : services->members) names.push_back(service);
    return names;
}

ComposeFiles find_compose_files(const std::filesystem::path& project, std::string_view compose_file) {
    ComposeFiles files;
    std::error_code ignored;
    if (!compose_file.empty()) {
        for (const std::string& part : split(compose_file, ':'))
            if (!part.empty()) files.paths.push_back(project / part);
    } else {
        for (const std::string_view name : default_names)
            if (std::filesystem::exists(project / name, ignored)) {
                files.paths.push_back(project / name);
                break;
            }
    }
    for (const auto& path : files.paths) {
        const auto text = host::read_file(path, most_bytes);
        const auto services = text ? parse_services(text->bytes, path.string())
                                   : Result<std::vector<std::string>>(tl::unexpected(text.error()));
        if (!services) {
            files.problems.push_back(services.error());
            continue;
        }
        for (const std::string& service : *services)
            if (!files.has_service(service)) files.services.push_back(service);
    }
    return files;
}

}  // namespace logbook::deployment
