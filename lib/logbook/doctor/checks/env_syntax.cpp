// Compose can parse the .env file.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& env = *scene.env();
    if (env.file.readable()) return passed(counted(env.file.assignments.size(), "setting"));
    Finding finding = failed(
        fmt::format("Compose refuses the whole .env because of line {}", env.file.problems.front().line));
    for (const settings::EnvProblem& problem : env.file.problems)
        finding.seen.push_back(fmt::format("{}:{}: {}", env.path.string(), problem.line, problem.what));
    return finding;
}

}  // namespace

Check check_env_syntax() {
    return {"env.syntax",
            "Compose can read every line of .env",
            {"env.file"},
            {"config.gate", "config.secrets"},
            &run};
}

}  // namespace logbook::doctor
