// What is not asked for is left out: the image's own holds then.
#include "logbook/docker/new_container.h"

namespace logbook::docker {
namespace {

Json mounts_of(const std::vector<Mount>& mounts) {
    Json list{Json::Array{}};
    for (const Mount& mount : mounts) {
        if (mount.kind != "bind" && mount.kind != "volume") continue;
        list.push(Json::object({{"Type", mount.kind},
                                {"Source", mount.kind == "volume" ? mount.volume : mount.source},
                                {"Target", mount.destination},
                                {"ReadOnly", !mount.writable}}));
    }
    return list;
}

}  // namespace

Json creation_of(const NewContainer& wanted) {
    Json body = Json::object({{"Image", wanted.image}});
    if (!wanted.entrypoint.empty()) body.set("Entrypoint", Json::array(wanted.entrypoint));
    if (!wanted.command.empty()) body.set("Cmd", Json::array(wanted.command));
    Json labels = Json::object();
    for (const auto& [name, value] : wanted.labels) labels.set(name, value);
    body.set("Labels", std::move(labels));
    if (!wanted.environment.empty()) {
        Json list{Json::Array{}};
        for (const EnvironmentValue& value : wanted.environment)
            list.push(value.name + "=" + std::string(value.value.reveal()));
        body.set("Env", std::move(list));
    }
    if (!wanted.user.empty()) body.set("User", wanted.user);
    if (!wanted.working_dir.empty()) body.set("WorkingDir", wanted.working_dir);
    if (!wanted.healthcheck) body.set("Healthcheck", Json::object({{"Test", Json::array({"NONE"})}}));
    Json host = Json::object();
    if (!wanted.network_mode.empty()) host.set("NetworkMode", wanted.network_mode);
    if (!wanted.extra_hosts.empty()) host.set("ExtraHosts", Json::array(wanted.extra_hosts));
    if (!wanted.mounts.empty()) host.set("Mounts", mounts_of(wanted.mounts));
    if (wanted.auto_remove) host.set("AutoRemove", true);
    if (!host.as_object()->empty()) body.set("HostConfig", std::move(host));
    return body;
}

}  // namespace logbook::docker
