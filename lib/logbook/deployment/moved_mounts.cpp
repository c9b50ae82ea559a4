// Mounts of containers against those of the files.
#include "logbook/deployment/moved_mounts.h"

#include <algorithm>
#include <filesystem>

namespace logbook::deployment {
namespace {

namespace fs = std::filesystem;

// A volume that the engine named itself: Compose hands it on to the next container, unless the files mount
// something else there.
bool is_anonymous(const std::string& volume) {
    return volume.size() == 64 && volume.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool keeps_data(const Member& member, const docker::Mount& mount) {
    if (!mount.writable) return false;
    if (mount.kind == "volume") return !mount.volume.empty();
    return mount.kind == "bind" && (member.role == Role::database || member.role == Role::cache);
}

std::string volume_name(const ComposeModel& model, const std::string& project, const std::string& key) {
    for (const ComposeVolume& volume : model.volumes)
        if (volume.key == key && (volume.external || !volume.name.empty()))
            return volume.name.empty() ? key : volume.name;
    return (project.empty() ? model.project : project) + "_" + key;
}

std::string plain_path(const std::string& text) {
    std::string path = fs::path(text).lexically_normal().string();
    while (path.size() > 1 && path.back() == '/') path.pop_back();
    return path;
}

// What stands at the target after a recreate; nothing where it cannot be told.
std::optional<std::string> coming(const ComposeService& service, const ComposeModel& model,
                                  const std::string& project, const std::string& target) {
    for (const ServiceMount& mount : service.mounts) {
        if (plain_path(mount.target) != plain_path(target)) continue;
        if (mount.kind == ServiceMount::Kind::volume)
            return mount.source.empty() ? std::string() : volume_name(model, project, mount.source);
        if (mount.kind == ServiceMount::Kind::bind && fs::path(mount.source).is_absolute())
            return plain_path(mount.source);
        return std::nullopt;
    }
    return std::string();
}

}  // namespace

std::vector<MovedMount> moved_mounts(const Deployment& running, const ComposeModel& rendered) {
    std::vector<MovedMount> moved;
    for (const Member& member : running.members) {
        const ComposeService* service = rendered.service(member.service);
        if (!service) continue;
        for (const docker::Mount& mount : member.container.mounts) {
            if (!keeps_data(member, mount)) continue;
            const std::string has = mount.kind == "volume" ? mount.volume : plain_path(mount.source);
            const auto gets = coming(*service, rendered, running.project, mount.destination);
            const bool handed_on = gets && gets->empty() && is_anonymous(has);
            if (gets && *gets != has && !handed_on)
                moved.push_back({member.service, member.container.name, mount.destination, has, *gets});
        }
    }
    return moved;
}

}  // namespace logbook::deployment
