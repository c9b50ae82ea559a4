// What Compose wrote into a container's labels.
#include "logbook/base/text.h"
#include "logbook/docker/container.h"
#include "logbook/docker/fields.h"

namespace logbook::docker {

ComposeLabels parse_compose_labels(const std::map<std::string, std::string>& labels) {
    const auto label = [&](std::string_view name) -> const std::string* {
        const auto at = labels.find("com.docker.compose." + std::string(name));
        return at == labels.end() ? nullptr : &at->second;
    };
    const auto text = [&](std::string_view name) {
        const std::string* value = label(name);
        return value ? *value : std::string();
    };
    ComposeLabels out;
    out.project = text("project");
    out.service = text("service");
    out.version = text("version");
    out.config_hash = text("config-hash");
    out.working_dir = text("project.working_dir");
    out.number = int(number_in(text("container-number"), 1'000'000));
    out.oneoff = lower(text("oneoff")) == "true";
    for (std::string& file : split(text("project.config_files"), ','))
        if (!file.empty()) out.config_files.push_back(std::move(file));
    if (const std::string* value = label("depends_on")) {
        out.depends_on.emplace();
        for (const std::string& item : split(*value, ',')) {  // "mysql:service_healthy:false"
            const std::vector<std::string> parts = split(item, ':');
            if (!parts[0].empty())
                out.depends_on->push_back({parts[0], parts.size() > 1 ? parts[1] : std::string()});
        }
    }
    return out;
}

}  // namespace logbook::docker
