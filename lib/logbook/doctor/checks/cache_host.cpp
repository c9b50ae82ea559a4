// Redis' host name resolves.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& cache = scene.cache();
    const std::string host = printable(cache.host, 255);
    if (cache.stage != probe::CacheStage::name)
        return passed(
            fmt::format("{}:{}{}", host, cache.port, cache.way.empty() ? "" : " by way of " + cache.way));
    const auto* containers = scene.containers();
    const bool seen_from_inside = containers && containers->found();
    if (!seen_from_inside && deployment::is_compose_name(cache.host, scene.compose().model)) {
        Finding skip = undetermined(
            fmt::format("`{}` is a name inside the Compose network, which this machine cannot look up; "
                        "nothing of Redis can be judged from here",
                        host));
        if (containers)
            skip.waits_for = containers->engine_failure ? "engine.reachable" : "engine.deployment";
        return skip;
    }
    return failed("The backend looks for Redis under a name that does not exist",
                  {fmt::format("REDIS_HOST={}: {}", host, cache.failure->what)});
}

}  // namespace

Check check_cache_host() {
    return {"cache.host",
            "Redis' host name resolves",
            {"env.file"},
            {"backend.container", "backend.health", "backend.cache"},
            &run};
}

}  // namespace logbook::doctor
