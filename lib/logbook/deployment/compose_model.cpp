// From the document to the model.
#include "logbook/deployment/compose_model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::deployment {
namespace {

using Kind = yaml::Node::Kind;

std::string text_of(const yaml::Node& node, std::string_view key) {
    const yaml::Node* member = node.find(key);
    return member && member->kind == Kind::scalar ? member->text : std::string();
}

bool flag_of(const yaml::Node& node, std::string_view key, bool otherwise) {
    const std::string text = text_of(node, key);
    return text.empty() ? otherwise : text == "true" || text == "yes" || text == "on";
}

uint16_t port_of(std::string_view text) {
    uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() ? port : 0;
}

// "127.0.0.1:3001:3001/tcp", "[::1]:80:80", "3000:80", "80".
PublishedPort short_port(std::string_view text) {
    PublishedPort port;
    if (const size_t slash = text.rfind('/'); slash != std::string_view::npos) {
        port.protocol = std::string(text.substr(slash + 1));
        text = text.substr(0, slash);
    }
    const size_t last = text.rfind(':');
    port.target = port_of(last == std::string_view::npos ? text : text.substr(last + 1));
    if (last == std::string_view::npos) return port;
    std::string_view rest = text.substr(0, last);
    // An IPv6 address stands in brackets, so the last colon outside of them parts address and port.
    const size_t bracket = rest.rfind(']');
    const size_t colon = rest.rfind(':');
    const bool address =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    if (address) {
        port.host_ip = std::string(rest.substr(0, colon));
        rest = rest.substr(colon + 1);
        if (port.host_ip.size() > 1 && port.host_ip.front() == '[')
            port.host_ip = port.host_ip.substr(1, port.host_ip.size() - 2);
    }
    port.host_ports = std::string(rest);
    return port;
}

PublishedPort read_port(const yaml::Node& node) {
    if (node.kind == Kind::scalar) return short_port(node.text);
    PublishedPort port;
    port.host_ip = text_of(node, "host_ip");
    port.host_ports = text_of(node, "published");
    port.target = port_of(text_of(node, "target"));
    if (const std::string protocol = text_of(node, "protocol"); !protocol.empty()) port.protocol = protocol;
    return port;
}

bool is_path(std::string_view source) {
    return !source.empty() && (source[0] == '/' || source[0] == '.' || source[0] == '~');
}

ServiceMount read_mount(const yaml::Node& node) {
    ServiceMount mount;
    if (node.kind != Kind::scalar) {
        const std::string type = text_of(node, "type");
        mount.kind = type == "bind"     ? ServiceMount::Kind::bind
                     : type == "volume" ? ServiceMount::Kind::volume
                                        : ServiceMount::Kind::other;
        mount.source = text_of(node, "source");
        mount.target = text_of(node, "target");
        mount.read_only = flag_of(node, "read_only", false);
        return mount;
    }
    const std::vector<std::string> parts = split(node.text, ':');
    if (parts.size() == 1) {
        mount.kind = ServiceMount::Kind::volume;
        mount.target = parts[0];
        return mount;
    }
    mount.source = parts[0];
    mount.target = parts[1];
    mount.kind = is_path(mount.source) ? ServiceMount::Kind::bind : ServiceMount::Kind::volume;
    if (parts.size() > 2) {
        const std::vector<std::string> options = split(parts[2], ',');
        mount.read_only = std::find(options.begin(), options.end(), "ro") != options.end();
    }
    return mount;
}

uint64_t memory_limit_of(const yaml::Node& service) {
    const yaml::Node* at = &service;
    for (const char* key : {"deploy", "resources", "limits", "memory"}) at = at ? at->find(key) : nullptr;
    return compose_bytes(at ? at->text : text_of(service, "mem_limit"));
}

ComposeService read_service(const std::string& name, const yaml::Node& node) {
    ComposeService service;
    service.name = name;
    service.image = text_of(node, "image");
    if (const yaml::Node* build = node.find("build")) {
        service.built = true;
        service.build_folder = text_of(*build, "context");
        service.dockerfile = text_of(*build, "dockerfile");
    }
    service.container_name = text_of(node, "container_name");
    service.restart = text_of(node, "restart");
    service.memory_limit = memory_limit_of(node);
    if (const yaml::Node* profiles = node.find("profiles"))
        for (const yaml::Node& profile : profiles->items) service.profiles.push_back(profile.text);
    if (const yaml::Node* environment = node.find("environment"))
        for (const auto& [variable, value] : environment->members)
            service.environment.push_back(
                {variable, value.kind == Kind::scalar ? std::optional(Secret(value.text)) : std::nullopt});
    if (const yaml::Node* needs = node.find("depends_on"))
        for (const auto& [other, how] : needs->members) {
            ServiceDependency dependency{other, "service_started", flag_of(how, "required", true)};
            if (const std::string condition = text_of(how, "condition"); !condition.empty())
                dependency.condition = condition;
            service.depends_on.push_back(std::move(dependency));
        }
    if (const yaml::Node* ports = node.find("ports"))
        for (const yaml::Node& port : ports->items) service.ports.push_back(read_port(port));
    if (const yaml::Node* volumes = node.find("volumes"))
        for (const yaml::Node& volume : volumes->items) service.mounts.push_back(read_mount(volume));
    const yaml::Node* healthcheck = node.find("healthcheck");
    service.has_healthcheck = healthcheck && !flag_of(*healthcheck, "disable", false);
    return service;
}

}  // namespace

const ServiceVariable* ComposeService::variable(std::string_view wanted) const {
    const auto found = std::find_if(environment.begin(), environment.end(),
                                    [&](const ServiceVariable& v) { return v.name == wanted; });
    return found == environment.end() ? nullptr : &*found;
}

const ComposeService* ComposeModel::service(std::string_view wanted) const {
    const auto found = std::find_if(services.begin(), services.end(),
                                    [&](const ComposeService& s) { return s.name == wanted; });
    return found == services.end() ? nullptr : &*found;
}

const ComposeService* ComposeModel::of_role(Role role) const {
    const auto found = std::find_if(services.begin(), services.end(),
                                    [&](const ComposeService& s) { return s.role() == role; });
    return found == services.end() ? nullptr : &*found;
}

std::string ComposeModel::service_name(Role role) const {
    const ComposeService* found = of_role(role);
    return found ? found->name : std::string();
}

bool is_redefined(const docker::ComposeLabels& made, const ComposeService& service,
                  const ComposeModel& model) {
    if (service.hash.empty() || made.config_hash.empty() || made.version != model.version) return false;
    // `up --no-deps` of v2 takes a service for one that needs nothing, and hashes that.
    const bool made_alone = !made.depends_on || made.depends_on->empty();
    const bool hashes_needs = made.version.rfind("1.", 0) != 0;
    if (hashes_needs && made_alone && !service.depends_on.empty()) return false;
    return made.config_hash != service.hash;
}

Result<ComposeModel> read_compose_model(const yaml::Node& document, std::string_view name) {
    const yaml::Node* services = document.find("services");
    if (!services || services->kind != Kind::mapping)
        return fail(ErrorCode::protocol,
                    fmt::format("{} is no Compose file: it has no `services:` mapping", name),
                    "check it with: docker compose config --quiet");
    ComposeModel model;
    model.project = text_of(document, "name");
    for (const auto& [service, body] : services->members)
        model.services.push_back(read_service(service, body));
    if (const yaml::Node* volumes = document.find("volumes"))
        for (const auto& [key, body] : volumes->members)
            model.volumes.push_back({key, text_of(body, "name"), flag_of(body, "external", false)});
    return model;
}

uint64_t compose_bytes(std::string_view text) {
    const std::string word = lower(trim(text));
    char* rest = nullptr;
    const double number = std::strtod(word.c_str(), &rest);
    if (rest == word.c_str() || !std::isfinite(number) || number < 0) return 0;
    std::string_view unit(rest);
    if (!unit.empty() && unit.back() == 'b') unit.remove_suffix(1);
    const double factor = unit.empty()  ? 1
                          : unit == "k" ? 1 << 10
                          : unit == "m" ? 1 << 20
                          : unit == "g" ? 1 << 30
                                        : 0;
    return number * factor < 1e18 ? uint64_t(number * factor) : 0;
}

}  // namespace logbook::deployment
