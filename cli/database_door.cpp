// From the deployment's containers where there are some, else from .env.
#include "database_door.h"

#include <algorithm>
#include <cstdlib>

#include "containers.h"
#include "logbook/deployment/address.h"
#include "scene.h"

namespace logbook::cli {
namespace {

Status enter_deployment(App& app, const probe::ContainersReading& found, const deployment::Trust& trust,
                        DatabaseDoor& door) {
    auto engine = open_engine(app);
    if (!engine) return fail(engine.error());
    door.engine = std::move(*engine);
    door.backend = found.of_role(deployment::Role::backend);
    auto reach = deployment::reach_database(found.deployment, door.scene->settings(),
                                            door.scene->compose().model, *found.endpoint, trust);
    if (reach.obstacle) return fail(*reach.obstacle);
    door.endpoint = door.inside = reach.endpoint;
    const auto inside = std::find_if(reach.ways.begin(), reach.ways.end(), [](const deployment::Way& way) {
        return way.rung == deployment::Rung::inside_container;
    });
    if (inside != reach.ways.end()) {
        door.program = {door.engine.get(), inside->container, inside->container_name, {}};
        door.inside.host = inside->host;
        door.inside.port = inside->port;
    }
    door.ladder = std::make_unique<deployment::SqlLadder>(std::move(reach.ways), app.seams.sql, *door.engine);
    return {};
}

}  // namespace

Error with_trust_hint(Error error) {
    if (error.code == ErrorCode::unsupported && error.hint.empty())
        error.hint =
            "--tls-fingerprint HEX, of its one certificate (on the server: openssl x509 -noout -fingerprint "
            "-sha1 -in server-cert.pem)\n--tls-ca FILE, of the authority that signed it";
    return error;
}

Result<DatabaseDoor> open_database_door(App& app, const deployment::Trust& trust) {
    go_to_deployment(app);
    DatabaseDoor door;
    door.scene = open_scene(app, app.deadline, false);
    const auto& env = door.scene->env();
    const probe::ContainersReading* containers = door.scene->containers();
    const bool found = containers && containers->found();
    if (!env && (env.error().code != ErrorCode::not_found || !found)) return fail(env.error());
    const char* path = std::getenv("PATH");
    door.program.search_path = path ? path : "/usr/bin:/bin";
    if (found) {
        if (Status entered = enter_deployment(app, *containers, trust, door); !entered)
            return fail(entered.error());
    } else {
        door.endpoint = door.inside =
            deployment::database_endpoint(door.scene->settings(), door.scene->compose().model, trust);
        if (auto reason = deployment::unverifiable_tls(door.scene->settings(), door.endpoint))
            return fail(std::move(*reason));
    }
    register_seen(app, *door.scene);
    return door;
}

}  // namespace logbook::cli
