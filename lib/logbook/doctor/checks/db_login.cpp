// The database accepts the application's user and password.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    const std::string user = printable(database.user, 80);
    if (database.stage != probe::DatabaseStage::login) return passed(user);
    const std::string& said = database.failure->what;
    switch (net::server_errno(*database.failure)) {
    case 1040:
    case 1203: {
        Finding skip = not_applicable("could not be judged: the server has no connection left");
        skip.waits_for = "db.connections";
        return skip;
    }
    case 1129:
        return failed("The database has blocked this host after too many failed connections", {said});
    case 1130:
        return failed("The database lets nobody in from this host", {said});
    default:
        return failed(fmt::format("The database refuses the password of `{}`", user), {said});
    }
}

}  // namespace

Check check_db_login() {
    return {"db.login",
            "the database accepts the application's login",
            {"db.greets"},
            {"backend.port", "backend.answers", "backend.health", "backend.database", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
