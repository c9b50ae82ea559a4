// The database's clock agrees with this machine's.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr Millis tolerated{5'000};

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    if (!database.ahead) return undetermined("the server does not tell its time");
    const Millis off = *database.ahead < Millis(0) ? -*database.ahead : *database.ahead;
    if (off <= tolerated) return passed(human_duration(off) + " apart");
    return warned(fmt::format("The database's clock is {} {}", human_duration(off),
                              *database.ahead > Millis(0) ? "ahead" : "behind"),
                  {"sessions and lockouts end too early or too late"});
}

}  // namespace

Check check_db_clock() {
    return {"db.clock", "the database's clock is right", {"db.database"}, {}, &run};
}

}  // namespace logbook::doctor
