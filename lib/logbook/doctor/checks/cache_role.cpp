// Redis is its own master, and takes writes.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const probe::CacheReading& cache = scene.cache();
    if (cache.role.empty()) return undetermined("Redis does not tell its role (the user may not run INFO)");
    if (cache.role != "slave") return passed(cache.role);
    const std::string master = fmt::format("its master is {}", printable(cache.master, 255));
    if (cache.master_link == "down")
        return failed("Redis is a replica of a server that does not answer",
                      {master, "master_link_status:down"});
    if (cache.read_only) return failed("Redis is a replica: it refuses every write", {master});
    return warned("Redis is a replica: what is written to it is lost when its master sends its data anew",
                  {master});
}

}  // namespace

Check check_cache_role() {
    return {
        "cache.role", "Redis is its own master", {"cache.login"}, {"backend.health", "backend.cache"}, &run};
}

}  // namespace logbook::doctor
