// The application's database exists on the server.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    const std::string name = printable(database.database, 80);
    if (database.stage != probe::DatabaseStage::database) return passed(name);
    if (scene.database_work().schema_exists) {
        Finding skip = not_applicable("it exists; what this user may do is another matter");
        skip.waits_for = "db.rights";
        return skip;
    }
    Finding finding =
        failed(fmt::format("There is no database `{}` that `{}` may use", name, printable(database.user, 80)),
               {database.failure->what});
    if (!database.visible_databases.empty())
        finding.seen.push_back("this user can see: " + join(database.visible_databases, ", "));
    return finding;
}

}  // namespace

Check check_db_database() {
    return {"db.database",
            "the application's database exists",
            {"db.login"},
            {"backend.container", "backend.start", "backend.port", "backend.answers", "backend.health",
             "backend.database", "container.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
