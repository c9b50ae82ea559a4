// Redis accepts connections and answers.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& cache = scene.cache();
    const std::string place = fmt::format("{}:{}", printable(cache.host, 255), cache.port);
    if (cache.stage == probe::CacheStage::connect)
        return failed(fmt::format("Redis does not run, or does not listen at {}", place),
                      {cache.failure->what});
    if (cache.stage == probe::CacheStage::greeting && cache.failure->code == ErrorCode::timeout)
        return failed(
            fmt::format("Redis at {} is hung or paused: it accepts connections and says nothing", place),
            {cache.failure->what});
    if (cache.stage == probe::CacheStage::greeting)
        return failed(fmt::format("What listens at {} is not a working Redis", place), {cache.failure->what});
    if (cache.loading) return warned("Redis is still loading its data", {place});
    return passed(place);
}

}  // namespace

Check check_cache_connect() {
    return {"cache.connect",
            "Redis answers",
            {"cache.host"},
            {"backend.health", "backend.cache", "backend.answers", "container.health"},
            &run};
}

}  // namespace logbook::doctor
