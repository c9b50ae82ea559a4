// Deadlocks are rare.
#include "logbook/doctor/checks/checks.h"

#include <algorithm>
#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr int64_t often_an_hour = 60;

Finding run(const Scene& scene) {
    const DatabaseWork& work = scene.database_work();
    if (work.failure) return undetermined("the server's counters could not be read: " + work.failure->what);
    if (!work.deadlocks) return undetermined("the server does not tell how many there were");
    if (*work.deadlocks == 0) return passed("none since the server's start");
    const auto hours = std::max<int64_t>(
        1, std::chrono::duration_cast<std::chrono::hours>(work.uptime.value_or(Millis(0))).count());
    const std::string seen =
        fmt::format("{} since the server's start{}", *work.deadlocks,
                    work.uptime ? ", " + human_duration(*work.uptime) + " ago" : std::string());
    if (work.deadlocks_now) return failed("Transactions deadlock again and again, right now", {seen});
    if (*work.deadlocks / hours >= often_an_hour) return warned("Transactions deadlock often", {seen});
    return passed(seen);
}

}  // namespace

Check check_db_deadlock() {
    return {"db.deadlock", "transactions rarely deadlock", {"db.greets"}, {"backend.health"}, &run};
}

}  // namespace logbook::doctor
