// The database accepts the application's user and password.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>
#include <optional>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

// Of the volume that the database's container keeps its data in; nothing where the engine does not tell.
std::optional<WallTime> volume_made(const probe::ContainersReading& containers,
                                    const docker::Container& database) {
    for (const docker::Mount& mount : database.mounts)
        for (const docker::Volume& volume : containers.volumes)
            if (mount.kind == "volume" && mount.volume == volume.name) return volume.created;
    return std::nullopt;
}

// The database's image takes its password from the environment once, when it makes the volume.
std::optional<Finding> changed_afterwards(const Scene& scene, const std::string& user,
                                          const std::string& said) {
    const auto* containers = scene.containers();
    const docker::Container* database =
        containers ? containers->of_role(deployment::Role::database) : nullptr;
    if (!database || !database->created) return std::nullopt;
    const auto made = volume_made(*containers, *database);
    if (!made || *database->created - *made < std::chrono::seconds(5)) return std::nullopt;
    Finding finding = failed(
        fmt::format("The database refuses the password of `{}`: it was changed after the database was made",
                    user),
        {said, fmt::format("the volume is of {}, the container of {}", iso8601(*made),
                           iso8601(*database->created))});
    finding.meaning =
        "DB_PASSWORD and MYSQL_ROOT_PASSWORD reach the server only when its volume is made; a later "
        "change in .env locks the application out. The data is untouched.";
    finding.fix = {
        {"Put the old value back into .env (a dated backup of it may stand beside it), then recreate the "
         "backend",
         fmt::format("ls -la {}*", shell_quoted(scene.env_path().string())), runbook::Risk::none},
        {"Or give the server the new one, as its root, with ALTER USER (see `logbookctl explain 1045`)",
         {},
         runbook::Risk::none}};
    finding.never = {"deleting the volume so that the new password applies (it holds every row)"};
    return finding;
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
