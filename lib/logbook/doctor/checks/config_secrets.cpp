// The secret values are real ones: no placeholder, none short, guessable or used twice.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/secrets/audit.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto findings = secrets::audit(*scene.env(), scene.settings(), scene.other_login_users());
    std::vector<std::string> bad, weak;
    for (const secrets::AuditFinding& found : findings) {
        if (found.setting.empty()) continue;  // about the file's mode, which is env.mode's matter
        const std::string where = found.line > 0 ? fmt::format(".env:{}: ", found.line) : std::string();
        if (found.level == secrets::Level::fail) bad.push_back(where + found.message);
        if (found.level == secrets::Level::warn) weak.push_back(where + found.message);
    }
    if (!bad.empty())
        return failed(fmt::format("{} in .env {} no real secret", counted(bad.size(), "value"),
                                  bad.size() == 1 ? "is" : "are"),
                      bad);
    if (!weak.empty())
        return warned(fmt::format("{} in .env could be better", counted(weak.size(), "secret")), weak);
    return passed();
}

}  // namespace

Check check_config_secrets() {
    return {"config.secrets",
            "the secrets in .env are real ones",
            {"env.file", "env.syntax"},
            {"config.gate", "backend.container", "backend.start", "backend.port", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
