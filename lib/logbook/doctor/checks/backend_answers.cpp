// The backend answers in time.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& health = scene.backend().health;
    if (health.state != probe::HealthState::silent)
        return passed(fmt::format("{} ms", health.timings.total.count()));
    return failed("The backend is hung: it accepts connections and does not answer", {health.said});
}

}  // namespace

Check check_backend_answers() {
    return {"backend.answers", "the backend answers in time", {"backend.port"}, {"frontend.proxy"}, &run};
}

}  // namespace logbook::doctor
