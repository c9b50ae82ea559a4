// Nobody else on this machine can read the secrets in .env.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& env = *scene.env();
    const unsigned open = unsigned(env.facts.mode) & 077u;
    const std::string seen = fmt::format("mode {:04o} of {}", unsigned(env.facts.mode), env.path.string());
    if (open == 0) return passed(seen);
    const bool writable = (open & 022u) != 0;
    if (!scene.other_login_users() && !writable)
        return noted(fmt::format("{}: nobody else logs in here, 0600 is still better", seen));
    return warned(writable ? ".env can be changed by other users of this machine"
                           : ".env can be read by other users of this machine",
                  {seen});
}

}  // namespace

Check check_env_mode() {
    return {"env.mode", "only its owner can read .env", {"env.file"}, {}, &run};
}

}  // namespace logbook::doctor
