// No container is about to reach its memory limit.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/doctor/container_state.h"

namespace logbook::doctor {
namespace {

constexpr unsigned warn_at_percent = 92;

Finding run(const Scene& scene) {
    if (!scene.containers()) return not_applicable("this deployment runs without containers");
    std::vector<std::string> tight;
    size_t asked = 0;
    for (const MemoryUse& use : scene.memory()) {
        if (use.limit == 0 || use.used == 0) continue;
        ++asked;
        const uint64_t percent = use.used * 100 / use.limit;
        if (percent >= warn_at_percent)
            tight.push_back(fmt::format("{} uses {} of {} MiB ({} %)", printable(use.service, 80),
                                        use.used >> 20, use.limit >> 20, percent));
    }
    if (!tight.empty()) {
        Finding finding =
            warned("A container is about to reach its memory limit; past it the kernel kills it", tight);
        finding.fix = {
            {"Watch it", logbookctl_command(scene) + " stats --watch", runbook::Risk::none},
            {"Raise its memory limit in the Compose file, then recreate it", {}, runbook::Risk::none}};
        finding.proves = logbookctl_command(scene) + " stats";
        return finding;
    }
    return asked == 0 ? not_applicable("no container that runs has a memory limit")
                      : passed(fmt::format("{} with a limit", counted(asked, "container")));
}

}  // namespace

Check check_container_memory() {
    return {"container.memory", "no container is near its memory limit", {"engine.deployment"}, {}, &run};
}

}  // namespace logbook::doctor
