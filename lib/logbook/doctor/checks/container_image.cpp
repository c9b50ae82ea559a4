// Each container runs the image that its service would be made from now.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    if (!scene.containers()) return not_applicable("this deployment runs without containers");
    std::vector<std::string> moved, gone, newer;
    size_t asked = 0;
    for (const ImageUse& use : scene.image_use()) {
        const std::string service = printable(use.service, 60), image = printable(use.image, 80);
        asked += use.moved.has_value() || use.gone;
        if (use.moved.value_or(false))
            moved.push_back(fmt::format("{} was made from another image than `{}` is now", service, image));
        if (use.gone) gone.push_back(fmt::format("{} (`{}`)", service, image));
        for (const auto& file : use.newer)
            newer.push_back(fmt::format("{} of {}", printable(file.string(), 80), service));
    }
    if (!moved.empty())
        return warned("A newer image is there, and its container still runs the older one", std::move(moved));
    if (!gone.empty())
        return noted(
            fmt::format("no image has the name any more that {} was made from: it cannot be made anew "
                        "without a pull or a build",
                        join(gone, ", ")));
    if (!newer.empty())
        return noted(
            fmt::format("changed since its image was built: {}; what it installs is not in the container "
                        "before a new build",
                        join(newer, ", ")));
    return asked == 0 ? undetermined("the engine did not tell its images") : passed(counted(asked, "image"));
}

}  // namespace

Check check_container_image() {
    return {"container.image",
            "each container runs the image that its name means now",
            {"engine.deployment"},
            {},
            &run};
}

}  // namespace logbook::doctor
