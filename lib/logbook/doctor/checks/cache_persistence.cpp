// Redis could save its data the last time it tried.
#include "logbook/doctor/checks/checks.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& cache = scene.cache();
    if (cache.last_save.empty() && cache.last_append.empty())
        return undetermined("Redis does not tell how its last save went");
    std::vector<std::string> seen;
    if (cache.last_save == "err") seen.emplace_back("rdb_last_bgsave_status:err");
    if (cache.last_append == "err") seen.emplace_back("aof_last_write_status:err");
    if (seen.empty()) return passed();
    return failed("Redis cannot save to its disk, and refuses writes because of it (MISCONF)", seen);
}

}  // namespace

Check check_cache_persistence() {
    return {"cache.persistence",
            "Redis can save its data",
            {"cache.login"},
            {"backend.health", "backend.cache"},
            &run};
}

}  // namespace logbook::doctor
