// Redis accepts the application's password.
#include "logbook/doctor/checks/checks.h"

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& cache = scene.cache();
    if (cache.stage != probe::CacheStage::login) return passed();
    const std::string& said = cache.failure->what;
    if (probe::no_connection_left(*cache.failure)) {
        Finding skip = not_applicable("could not be judged: Redis has no connection left");
        skip.waits_for = "cache.clients";
        return skip;
    }
    if (contains(said, "NOAUTH"))
        return failed("Redis demands a password, and REDIS_PASSWORD is empty", {said});
    if (contains(said, "without any password configured"))
        return failed("Redis has no password set, and REDIS_PASSWORD has one", {said});
    return failed("Redis refuses the password of REDIS_PASSWORD", {said});
}

}  // namespace

Check check_cache_login() {
    return {"cache.login",
            "Redis accepts the application's password",
            {"cache.connect"},
            {"backend.health", "backend.cache", "container.health"},
            &run};
}

}  // namespace logbook::doctor
