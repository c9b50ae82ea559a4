// Reading Compose files just far enough to know the services, with libfyaml.
#include "logbook/deployment/compose_file.h"

#include <algorithm>
#include <fmt/format.h>
#include <libfyaml.h>
#include <memory>

#include "logbook/base/text.h"
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
    if (yaml.size() > most_bytes)
        return fail(ErrorCode::too_large, fmt::format("{} has more than {} bytes", name, most_bytes));
    // libfyaml 0.7 never comes back from some bytes that are no UTF-8 (found by compose_file_fuzz).
    if (!valid_utf8(yaml) || contains(yaml, std::string_view("\0", 1)))
        return fail(ErrorCode::protocol, fmt::format("{} is not text", name),
                    "check that this is the right file");
    fy_diag_cfg quiet{};  // or libfyaml writes its complaints to standard error
    fy_diag_cfg_default(&quiet);
    quiet.fp = nullptr;
    quiet.output_fn = [](fy_diag*, void*, const char*, size_t) {};
    const std::unique_ptr<fy_diag, void (*)(fy_diag*)> diag(fy_diag_create(&quiet), fy_diag_destroy);
    fy_parse_cfg config{};
    config.flags = FYPCF_RESOLVE_DOCUMENT;
    config.diag = diag.get();
    const std::unique_ptr<fy_document, void (*)(fy_document*)> document(
        fy_document_build_from_string(&config, yaml.data(), yaml.size()), fy_document_destroy);
    fy_node* root = document ? fy_document_root(document.get()) : nullptr;
    fy_node* services = root && fy_node_is_mapping(root)
                            ? fy_node_mapping_lookup_by_string(root, "services", FY_NT)
                            : nullptr;
    if (!services || !fy_node_is_mapping(services))
        return fail(ErrorCode::protocol,
                    fmt::format("{} is no Compose file: it has no `services:` mapping", name),
                    "check it with: docker compose config --quiet");
    std::vector<std::string> names;
    void* at = nullptr;
    while (fy_node_pair* pair = fy_node_mapping_iterate(services, &at)) {
        size_t size = 0;
        if (const char* text = fy_node_get_scalar(fy_node_pair_key(pair), &size))
            names.emplace_back(text, size);
    }
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
