// The database's host name resolves.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

Finding run(const Scene& scene) {
    const auto& database = scene.database();
    if (database.stage != probe::DatabaseStage::name)
        return passed(fmt::format("{}:{}{}", printable(database.host, 255), database.port,
                                  database.way.empty() ? "" : " by way of " + database.way));
    const std::string host = printable(database.host, 255);
    const std::string service = scene.compose().model.service_name(deployment::Role::database);
    const auto* containers = scene.containers();
    const bool seen_from_inside = containers && containers->found();
    if (!seen_from_inside && deployment::is_compose_name(database.host, scene.compose().model)) {
        Finding skip = undetermined(
            fmt::format("`{}` is a name inside the Compose network, which this machine cannot look up; "
                        "nothing of the database can be judged from here",
                        host));
        if (containers)
            skip.waits_for = containers->engine_failure ? "engine.reachable" : "engine.deployment";
        return skip;
    }
    Finding finding = failed("The backend looks for its database under a name that does not exist",
                             {fmt::format("DB_HOST={}: {}", host, database.failure->what)});
    finding.meaning = fmt::format("It asks for `{}`.", host);
    if (!service.empty())
        finding.meaning += fmt::format(" This deployment's database service is `{}`.", service);
    return finding;
}

}  // namespace

Check check_db_host() {
    return {"db.host",
            "the database's host name resolves",
            {"env.file"},
            {"backend.container", "backend.start", "backend.port", "backend.answers", "backend.health",
             "backend.database", "container.health", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
