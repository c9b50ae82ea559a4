// The database accepts the application's user and password.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>
#include <optional>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

// The database's image gives its user the password of the environment once, when it makes the volume. A
// server that refuses the very password that its own container was given has had another one since then.
std::optional<Finding> changed_afterwards(const Scene& scene, const std::string& user,
                                          const std::string& said) {
    const auto* containers = scene.containers();
    const docker::Container* database =
        containers ? containers->of_role(deployment::Role::database) : nullptr;
    const docker::Container* backend = containers ? containers->of_role(deployment::Role::backend) : nullptr;
    const Secret* given = database ? database->variable("MYSQL_PASSWORD") : nullptr;
    const Secret* used = backend ? backend->variable("DB_PASSWORD") : nullptr;
    if (!given || !used) return std::nullopt;
    if (*given == *used)
        return failed(
            fmt::format(
                "The database refuses the password of `{}`: it was changed after the database was made",
                user),
            {said, fmt::format("{} and {} were given the same DB_PASSWORD; the volume keeps an older one",
                               printable(backend->name, 80), printable(database->name, 80))});
    return failed(
        fmt::format("The backend uses another password for `{}` than the database was made with", user),
        {said, fmt::format("DB_PASSWORD of {} is not MYSQL_PASSWORD of {}", printable(backend->name, 80),
                           printable(database->name, 80))});
}

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
        if (auto changed = changed_afterwards(scene, user, said)) return *changed;
        return failed(fmt::format("The database refuses the password of `{}`", user), {said});
    }
}

}  // namespace

Check check_db_login() {
    return {"db.login",
            "the database accepts the application's login",
            {"db.greets"},
            {"backend.container", "backend.start", "backend.port", "backend.answers", "backend.health",
             "backend.database", "container.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
