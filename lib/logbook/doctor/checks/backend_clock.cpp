// The backend's clock agrees with this machine's: tokens and lockouts go by it.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

// Its head tells whole seconds, and the answer took a while.
constexpr std::chrono::seconds most_apart{10};
// Past this, second factors (codes of 30 seconds) are refused.
constexpr std::chrono::seconds useless{120};

Finding run(const Scene& scene) {
    const auto ahead = probe::clock_ahead(scene.backend().health, scene.now());
    if (!ahead) return not_applicable("the backend's answer carries no time");
    const auto apart = ahead->count() < 0 ? -ahead->count() : ahead->count();
    if (apart <= most_apart.count()) return passed(fmt::format("{} s", ahead->count()));
    const std::string cause = fmt::format("The backend's clock is {} s {} this machine's", apart,
                                          ahead->count() > 0 ? "ahead of" : "behind");
    const std::vector<std::string> seen = {fmt::format("the Date of {}", scene.backend().health.url)};
    return apart < useless.count() ? warned(cause, seen) : failed(cause, seen);
}

}  // namespace

Check check_backend_clock() {
    return {"backend.clock", "the backend's clock is right", {"backend.answers"}, {}, &run};
}

}  // namespace logbook::doctor
