// Redis' host name resolves.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& cache = scene.cache();
    const std::string host = printable(cache.host, 255);
    if (cache.stage != probe::CacheStage::name) return passed(fmt::format("{}:{}", host, cache.port));
    if (deployment::is_compose_name(cache.host, scene.compose().model))
        return undetermined(
            fmt::format("`{}` is a name inside the Compose network, which this machine cannot look up; "
                        "nothing of Redis can be judged from here",
                        host));
    return failed("The backend looks for Redis under a name that does not exist",
                  {fmt::format("REDIS_HOST={}: {}", host, cache.failure->what)});
}

}  // namespace

Check check_cache_host() {
    return {
        "cache.host", "Redis' host name resolves", {"env.file"}, {"backend.health", "backend.cache"}, &run};
}

}  // namespace logbook::doctor
