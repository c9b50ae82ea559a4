// The server has connections left.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr int too_many_connections = 1040;
constexpr int too_many_of_this_user = 1203;

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    const int number = database.failure ? net::server_errno(*database.failure) : 0;
    if (number == too_many_connections || number == too_many_of_this_user)
        return failed("The database has no connection left", {database.failure->what});
    if (database.failure) return not_applicable("the login did not pass, so the count is not known");
    if (!database.connections || database.most_connections.value_or(0) <= 0)
        return undetermined("the server does not tell");
    const int64_t percent = *database.connections * 100 / *database.most_connections;
    const std::string seen =
        fmt::format("{} of {} connections in use", *database.connections, *database.most_connections);
    if (percent >= 95) return failed("The database has nearly no connection left", {seen});
    if (percent >= 80) return warned("The database is running out of connections", {seen});
    return passed(seen);
}

}  // namespace

Check check_db_connections() {
    return {"db.connections",
            "the database has connections left",
            {"db.greets"},
            {"db.login", "backend.container", "backend.start", "backend.port", "backend.answers",
             "backend.health", "backend.database", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
