// From the deployment's containers where there are some, else from .env.
#include "cache_door.h"

#include <fmt/format.h>

#include "command.h"
#include "containers.h"
#include "database_door.h"
#include "logbook/base/text.h"
#include "logbook/deployment/address.h"
#include "password_source.h"
#include "scene.h"

namespace logbook::cli {
namespace {

Status enter_deployment(App& app, const probe::ContainersReading& found, const deployment::Trust& trust,
                        CacheDoor& door) {
    auto engine = open_engine(app);
    if (!engine) return fail(engine.error());
    door.engine = std::move(*engine);
    auto reach = deployment::reach_cache(found.deployment, door.scene->settings(),
                                         door.scene->compose().model, *found.endpoint, trust);
    if (reach.obstacle) return fail(*reach.obstacle);
    door.endpoint = reach.endpoint;
    if (const docker::Container* cache = found.of_role(deployment::Role::cache))
        door.container_limit = cache->memory_limit;
    door.ladder =
        std::make_unique<deployment::RedisLadder>(std::move(reach.ways), app.seams.redis, *door.engine);
    return {};
}

Status take_login(App& app, const RedisLogin& login, net::RedisEndpoint& endpoint) {
    endpoint.user = login.user;
    if (login.password_file.empty()) return {};
    auto password = read_password_file(app, login.password_file);
    if (!password) return fail(password.error());
    endpoint.password = std::move(*password);
    return {};
}

}  // namespace

Result<std::unique_ptr<net::RedisSession>> CacheDoor::connect(const App& app, Deadline deadline) const {
    const net::RedisConnector& redis =
        ladder ? static_cast<const net::RedisConnector&>(*ladder) : app.seams.redis;
    return redis.connect(endpoint, deadline);
}

Result<CacheDoor> open_cache_door(App& app, const RedisLogin& login) {
    go_to_deployment(app);
    CacheDoor door;
    door.scene = open_scene(app, app.deadline, false);
    const auto& env = door.scene->env();
    const probe::ContainersReading* containers = door.scene->containers();
    const bool found = containers && containers->found();
    if (!env && (env.error().code != ErrorCode::not_found || !found)) return fail(env.error());
    if (found) {
        if (Status entered = enter_deployment(app, *containers, login.trust, door); !entered)
            return fail(entered.error());
    } else {
        door.endpoint =
            deployment::cache_endpoint(door.scene->settings(), door.scene->compose().model, login.trust);
        if (auto reason = deployment::unverifiable_tls(door.endpoint))
            return fail(with_trust_hint(std::move(*reason)));
    }
    register_seen(app, *door.scene);
    if (Status taken = take_login(app, login, door.endpoint); !taken) return fail(taken.error());
    auto session = door.connect(app, app.deadline);
    if (!session) return fail(session.error());
    door.session = std::move(*session);
    const std::optional<deployment::Way> used = door.ladder ? door.ladder->used() : std::nullopt;
    door.contained = used && used->rung == deployment::Rung::inside_container;
    door.place =
        used ? used->text() : fmt::format("{}:{}", printable(door.endpoint.host, 255), door.endpoint.port);
    if (!login.user.empty()) door.place += ", as " + printable(login.user, 80);
    return door;
}

void add_redis_login(const Command& command, RedisLogin& login) {
    command.add_option("--user", login.user, "A user of Redis' access lists (default: the default user)")
        .type_name("NAME");
    command
        .add_option("--password-file", login.password_file,
                    "That user's password, in a file readable by you alone (default: REDIS_PASSWORD)")
        .type_name("FILE");
    command
        .add_option("--tls-ca", login.trust.ca,
                    "Encrypt, and verify the server by this authority's certificates")
        .variable("LOGBOOKCTL_REDIS_TLS_CA")
        .type_name("FILE");
    command
        .add_option("--tls-fingerprint", login.trust.fingerprint,
                    "Encrypt, and accept the one certificate of this SHA-1 or SHA-256 fingerprint")
        .variable("LOGBOOKCTL_REDIS_TLS_FINGERPRINT")
        .type_name("HEX")
        .check([](const std::string& given) {
            return deployment::wrong_fingerprint(given, {20, 32});
        });
}

ExitCode report_redis(App& app, const Error& error) {
    return app.report(error, exit_code_of_asking(error));
}

}  // namespace logbook::cli
