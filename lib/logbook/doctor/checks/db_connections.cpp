// The server has connections left.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr int too_many_connections = 1040;
constexpr int too_many_of_this_user = 1203;

// Who holds them: the accounts with most, as far as a login that was let in could see.
void add_accounts(const Scene& scene, std::vector<std::string>& seen) {
    const DatabaseWork& work = scene.database_work();
    constexpr size_t most = 3;
    for (size_t i = 0; !work.failure && i < work.accounts.size() && i < most; ++i)
        seen.push_back(fmt::format("{} holds {}, {} of them idle", work.accounts[i].account,
                                   work.accounts[i].connections, work.accounts[i].idle));
}

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    const int number = database.failure ? net::server_errno(*database.failure) : 0;
    if (number == too_many_connections || number == too_many_of_this_user) {
        std::vector<std::string> seen = {database.failure->what};
        add_accounts(scene, seen);
        return failed("The database has no connection left", std::move(seen));
    }
    if (database.failure) return not_applicable("the login did not pass, so the count is not known");
    if (!database.connections || database.most_connections.value_or(0) <= 0)
        return undetermined("the server does not tell");
    const int64_t percent = *database.connections * 100 / *database.most_connections;
    std::vector<std::string> seen = {
        fmt::format("{} of {} connections in use", *database.connections, *database.most_connections)};
    if (percent < 80) return passed(seen.front());
    add_accounts(scene, seen);
    if (percent >= 95) return failed("The database has nearly no connection left", std::move(seen));
    return warned("The database is running out of connections", std::move(seen));
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
