// Redis has connections left.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const probe::CacheReading& cache = scene.cache();
    if (cache.failure && probe::no_connection_left(*cache.failure))
        return failed("Redis has no connection left", {cache.failure->what});
    if (cache.failure) return not_applicable("the login did not pass, so the count is not known");
    if (!cache.clients || cache.most_clients.value_or(0) <= 0) return undetermined("Redis does not tell");
    const std::string seen = fmt::format("{} of {} connections in use", *cache.clients, *cache.most_clients);
    if (*cache.clients * 100 / *cache.most_clients >= 90)
        return warned("Redis is running out of connections", {seen});
    if (cache.rejected.value_or(0) > 0)
        return noted(
            fmt::format("Redis has turned away {} connections since its start ({})", *cache.rejected, seen));
    return passed(seen);
}

}  // namespace

Check check_cache_clients() {
    return {"cache.clients",
            "Redis has connections left",
            {"cache.connect"},
            {"cache.login", "backend.health", "backend.cache", "container.health"},
            &run};
}

}  // namespace logbook::doctor
