// Redis has room, and throws away old entries rather than refusing new ones.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr int64_t mib = 1 << 20;

Finding run(const Scene& scene) {
    const auto& cache = scene.cache();
    if (!cache.used_memory || !cache.most_memory)
        return undetermined("Redis does not tell its memory (the user may not run INFO)");
    if (*cache.most_memory == 0)
        return noted(
            fmt::format("Redis has no maxmemory ({} MiB used): its container's limit would kill it instead",
                        *cache.used_memory / mib));
    const int64_t percent = *cache.used_memory * 100 / *cache.most_memory;
    const std::string seen = fmt::format("{} of {} MiB, policy {}", *cache.used_memory / mib,
                                         *cache.most_memory / mib, cache.eviction_policy);
    if (cache.eviction_policy != "noeviction") return passed(seen);
    if (percent >= 98) return failed("Redis is full and refuses every write", {seen});
    if (percent >= 85) return warned("Redis is nearly full and will refuse writes", {seen});
    return passed(seen);
}

}  // namespace

Check check_cache_memory() {
    return {
        "cache.memory", "Redis has memory left", {"cache.login"}, {"backend.health", "backend.cache"}, &run};
}

}  // namespace logbook::doctor
