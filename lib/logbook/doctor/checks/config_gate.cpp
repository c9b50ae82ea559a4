// The application's own security gate lets the backend start.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/settings/gate.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& settings = scene.settings();
    const auto findings = settings::judge_gate(settings);
    const bool armed = settings::gate_is_armed(settings);
    std::vector<std::string> blocking, quiet;
    for (const settings::GateFinding& found : findings)
        if (found.severity == settings::Severity::critical)
            (armed || found.everywhere ? blocking : quiet).push_back(found.message);
    const std::string environment = printable(settings.text("ENVIRONMENT"), 40);
    if (settings::blocks_start(findings, armed))
        return failed(fmt::format("The backend will refuse to start in {}: {}", environment,
                                  counted(blocking.size(), "critical setting")),
                      blocking);
    if (!quiet.empty())
        return noted(
            fmt::format("{} would block the start in production (config check --as production); this is {}",
                        counted(quiet.size(), "setting"), environment));
    return passed("ENVIRONMENT=" + environment);
}

}  // namespace

Check check_config_gate() {
    return {"config.gate",
            "the backend's security gate lets it start",
            {"env.file", "env.syntax"},
            {"backend.container", "backend.start", "backend.port", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
