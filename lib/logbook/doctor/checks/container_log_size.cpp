// No container's log is about to fill its disk.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

constexpr uint64_t mib = 1u << 20;

// A log of this size hurts where there is not even so much room left, and one of `always_large` anywhere: no
// tool reads it in reasonable time.
constexpr uint64_t large = 1024 * mib;
constexpr uint64_t always_large = 20 * 1024 * mib;

bool hurts(const LogUse& use) {
    const uint64_t bytes = use.bytes.value_or(0);
    return bytes >= always_large || (bytes >= large && use.disk && use.disk->available < bytes);
}

std::string describe(const LogUse& use) {
    const std::string service = printable(use.service, 60);
    return use.bytes ? fmt::format("{} {} MiB", service, *use.bytes / mib) : service;
}

Finding run(const Scene& scene) {
    if (!scene.containers()) return not_applicable("this deployment runs without containers");
    std::vector<std::string> large_ones, unrotated, all;
    for (const LogUse& use : scene.log_use()) {
        all.push_back(describe(use));
        if (!use.rotated) unrotated.push_back(describe(use));
        if (hurts(use))
            large_ones.push_back(fmt::format("{}; {} MiB are free on its disk", describe(use),
                                             use.disk ? use.disk->available / mib : 0));
    }
    if (!large_ones.empty()) return warned("A container's log is filling its disk", large_ones);
    if (!unrotated.empty())
        return noted(fmt::format("no log rotation is set: logs grow until the containers are made anew ({})",
                                 join(unrotated, ", ")));
    if (all.empty()) return not_applicable("the containers' logs are not kept in files");
    return passed(join(all, ", "));
}

}  // namespace

Check check_container_log_size() {
    return {"container.log_size",
            "no container's log is filling its disk",
            {"engine.deployment"},
            {"host.disk"},
            &run};
}

}  // namespace logbook::doctor
