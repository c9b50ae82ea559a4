// What is looked up in the cache is mostly there.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

// A healthy stack may have asked for next to nothing: a rate of few says nothing.
constexpr int64_t enough = 10'000;
constexpr int64_t collapsed = 10;  // per cent

Finding run(const Scene& scene) {
    const probe::CacheReading& cache = scene.cache();
    if (!cache.hits || !cache.misses) return undetermined("Redis does not tell (the user may not run INFO)");
    const int64_t asked = *cache.hits + *cache.misses;
    if (asked < enough) return passed(fmt::format("{} look-ups, too few to judge", asked));
    const int64_t percent = *cache.hits * 100 / asked;
    const std::string seen = fmt::format("{} % of {} look-ups", percent, asked);
    if (percent >= collapsed) return passed(seen);
    std::vector<std::string> all = {seen};
    if (cache.evicted.value_or(0) > 0)
        all.push_back(fmt::format("{} keys were evicted for want of memory", *cache.evicted));
    return warned("Hardly anything that is looked up in Redis is there", std::move(all));
}

}  // namespace

Check check_cache_hit_rate() {
    return {"cache.hit_rate", "what is looked up in Redis is mostly there", {"cache.login"}, {}, &run};
}

}  // namespace logbook::doctor
