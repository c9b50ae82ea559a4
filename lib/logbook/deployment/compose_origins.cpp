// Origins, by reading the files once with marks in the place of values.
#include "logbook/deployment/compose_origins.h"

#include <algorithm>

#include "logbook/deployment/compose_merge.h"
#include "logbook/deployment/compose_project.h"
#include "logbook/host/file.h"

namespace logbook::deployment {
namespace {

// Control bytes, which no Compose file may hold.
constexpr char mark_begin = '\x01', mark_end = '\x02';

// What decides which files and services there are must keep its value.
bool steers_compose(std::string_view name) {
    return name.substr(0, 8) == "COMPOSE_";
}

std::vector<std::string> marks_in(std::string_view text) {
    std::vector<std::string> names;
    for (size_t at = text.find(mark_begin); at != std::string_view::npos;
         at = text.find(mark_begin, at + 1)) {
        const size_t end = text.find(mark_end, at);
        if (end == std::string_view::npos) break;
        std::string name(text.substr(at + 1, end - at - 1));
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    return names;
}

// The services' own `environment:` of one file.
void note_file(ComposeOrigins& origins, const std::filesystem::path& path) {
    const auto text = host::read_file(path, 1 << 20);
    if (!text) return;
    auto document = yaml::parse(text->bytes, path.string());
    if (!document) return;
    normalise_compose(*document);
    const yaml::Node* services = document->find("services");
    if (!services) return;
    for (const auto& [service, body] : services->members)
        if (const yaml::Node* environment = body.find("environment"))
            for (const auto& [name, value] : environment->members)
                for (ValueOrigin& known : origins.values)
                    if (known.service == service && known.name == name) known.file = path;
}

}  // namespace

const ValueOrigin* ComposeOrigins::of(std::string_view service, std::string_view name) const {
    for (const ValueOrigin& value : values)
        if (value.service == service && value.name == name) return &value;
    return nullptr;
}

bool ComposeOrigins::passes(std::string_view service, std::string_view name) const {
    const ValueOrigin* value = of(service, name);
    return value && std::find(value->from.begin(), value->from.end(), name) != value->from.end();
}

ComposeOrigins read_compose_origins(const std::filesystem::path& folder, const settings::Lookup& value) {
    ComposeOrigins origins;
    const settings::Lookup marked = [&](std::string_view name) -> std::optional<std::string> {
        origins.used.emplace(name);
        if (steers_compose(name)) return value(name);
        return mark_begin + std::string(name) + mark_end;
    };
    const ComposeProject project = read_compose_files(folder, {}, marked);
    origins.complete = project.problems.empty();
    for (const ComposeService& service : project.model.services)
        for (const ServiceVariable& variable : service.environment) {
            ValueOrigin origin;
            origin.service = service.name;
            origin.name = variable.name;
            if (variable.value) origin.from = marks_in(variable.value->reveal());
            origins.values.push_back(std::move(origin));
        }
    for (const std::filesystem::path& path : project.paths) note_file(origins, path);
    return origins;
}

}  // namespace logbook::deployment
