// The .env file exists and can be read.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& env = scene.env();
    if (env) return passed(env->path.string());
    Finding finding = failed(env.error().what);
    if (env.error().code == ErrorCode::not_found) {
        const bool has_compose = scene.compose().exists();
        finding.cause = fmt::format("There is no {}", scene.env_path().string());
        finding.seen = {has_compose
                            ? "the Compose file is here: " + scene.compose().paths.front().string()
                            : std::string("no Compose file is here either: this may be the wrong folder")};
        if (!has_compose)
            finding.fix = {{"name the folder of the deployment", "logbookctl doctor -C /path/to/the-logbook",
                            runbook::Risk::none}};
    } else if (!env.error().hint.empty()) {
        finding.fix = {{env.error().hint, "", runbook::Risk::none}};
    }
    return finding;
}

}  // namespace

Check check_env_file() {
    return {"env.file",
            "the .env file is there and can be read",
            {},
            {"env.syntax", "config.gate", "config.secrets"},
            &run};
}

}  // namespace logbook::doctor
