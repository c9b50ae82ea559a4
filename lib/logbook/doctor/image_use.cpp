// Images from the engine, build folders from the disk.
#include "logbook/doctor/image_use.h"

#include <sys/stat.h>

namespace logbook::doctor {
namespace {

namespace fs = std::filesystem;

// The application's code may be mounted over the image's; what these name is only in the image.
constexpr const char* installed_by[] = {"requirements.txt", "package.json", "package-lock.json"};

// Podman writes an id without its algorithm in some places.
std::string_view digits_of(std::string_view id) {
    return id.substr(id.find(':') + 1);
}

bool changed_after(const fs::path& file, WallTime when) {
    struct stat facts {};
    return ::stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
           WallTime(std::chrono::seconds(facts.st_mtime)) > when;
}

std::vector<fs::path> newer_files(const deployment::ComposeService& service, const fs::path& folder,
                                  WallTime made) {
    std::vector<fs::path> newer;
    if (!service.built || service.build_folder.empty()) return newer;
    const fs::path context = fs::path(service.build_folder);
    std::vector<fs::path> files{context / (service.dockerfile.empty() ? "Dockerfile" : service.dockerfile)};
    for (const char* name : installed_by) files.push_back(context / name);
    for (const fs::path& file : files)
        if (changed_after(folder / file, made)) newer.push_back(file.lexically_normal());
    return newer;
}

}  // namespace

std::vector<ImageUse> read_image_use(const probe::ContainersReading& reading, const docker::Engine& engine,
                                     const deployment::ComposeModel& model, const fs::path& folder,
                                     Deadline deadline) {
    std::vector<ImageUse> all;
    for (const deployment::Member& member : reading.deployment.members) {
        const docker::Container& container = member.container;
        ImageUse use{member.service, container.image, {}, false, {}};
        const auto named = engine.inspect_image(container.image, deadline);
        if (named) use.moved = digits_of(named->id) != digits_of(container.image_id);
        use.gone = !named && named.error().code == ErrorCode::not_found;
        const auto runs = use.moved == false ? named : engine.inspect_image(container.image_id, deadline);
        const deployment::ComposeService* service = model.service(member.service);
        if (service && runs && runs->created && reading.local())
            use.newer = newer_files(*service, folder, *runs->created);
        all.push_back(std::move(use));
    }
    return all;
}

}  // namespace logbook::doctor
