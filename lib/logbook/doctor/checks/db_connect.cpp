// Something accepts connections at the database's address.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    const std::string place = fmt::format("{}:{}", printable(database.host, 255), database.port);
    if (database.stage != probe::DatabaseStage::connect) return passed(place);
    return failed(fmt::format("The database does not run, or does not listen at {}", place),
                  {database.failure->what});
}

}  // namespace

Check check_db_connect() {
    return {"db.connect",
            "the database accepts connections",
            {"db.host"},
            {"backend.container", "backend.start", "backend.port", "backend.answers", "backend.health",
             "backend.database", "container.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
