// The engine's machine and this one agree on the time.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr Millis most_apart{5000};

Finding run(const Scene& scene) {
    const auto* containers = scene.containers();
    if (!containers) return not_applicable("this deployment runs without containers");
    if (!containers->engine.clock_offset) return not_applicable("the engine does not tell its time");
    const Millis offset = *containers->engine.clock_offset;
    const std::string seen = fmt::format("{} ms", offset.count());
    if (offset > most_apart || offset < -most_apart)
        return warned(fmt::format("The engine's machine is {} s {} this one", std::abs(offset.count()) / 1000,
                                  offset > Millis(0) ? "ahead of" : "behind"),
                      {seen});
    return passed(seen);
}

}  // namespace

Check check_engine_clock() {
    return {"engine.clock", "the engine's clock agrees with this machine's", {"engine.reachable"}, {}, &run};
}

}  // namespace logbook::doctor
