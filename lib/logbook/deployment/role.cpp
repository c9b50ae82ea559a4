// The names that stacks of The Logbook use.
#include "logbook/deployment/role.h"

#include <string>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

struct Named {
    std::string_view name;
    Role role;
};
constexpr Named by_service[] = {
    {"mysql", Role::database},    {"db", Role::database},     {"mariadb", Role::database},
    {"database", Role::database}, {"redis", Role::cache},     {"cache", Role::cache},
    {"valkey", Role::cache},      {"backend", Role::backend}, {"frontend", Role::frontend},
    {"nginx", Role::proxy},       {"proxy", Role::proxy},     {"caddy", Role::proxy},
    {"traefik", Role::proxy},     {"backup", Role::other},
};
constexpr Named by_image[] = {
    {"mysql", Role::database}, {"mariadb", Role::database}, {"percona", Role::database},
    {"redis", Role::cache},    {"valkey", Role::cache},     {"caddy", Role::proxy},
    {"traefik", Role::proxy},
};

// "ghcr.io/owner/the-logbook-backend:1.2@sha256:…" → "the-logbook-backend".
std::string_view image_name(std::string_view image) {
    image = image.substr(0, image.find('@'));
    if (const size_t slash = image.rfind('/'); slash != std::string_view::npos)
        image.remove_prefix(slash + 1);
    return image.substr(0, image.find(':'));
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

}  // namespace

std::string_view name_of(Role role) {
    switch (role) {
    case Role::database:
        return "database";
    case Role::cache:
        return "cache";
    case Role::backend:
        return "backend";
    case Role::frontend:
        return "frontend";
    case Role::proxy:
        return "proxy";
    case Role::other:
        return "other";
    }
    return "?";
}

Role role_of(std::string_view service, std::string_view image) {
    const std::string name = lower(service);
    for (const Named& known : by_service)
        if (name == known.name) return known.role;
    const std::string made_of = lower(image_name(image));
    if (ends_with(made_of, "backend")) return Role::backend;
    if (ends_with(made_of, "frontend")) return Role::frontend;
    for (const Named& known : by_image)
        if (made_of == known.name && !contains(name, "backup")) return known.role;
    return Role::other;
}

bool is_usual_service_name(std::string_view host) {
    for (const Named& known : by_service)
        if (host == known.name && known.role != Role::proxy && known.role != Role::other) return true;
    return false;
}

}  // namespace logbook::deployment
