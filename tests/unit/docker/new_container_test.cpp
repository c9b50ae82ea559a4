// What the engine is asked to make.
#include "logbook/docker/new_container.h"

#include <doctest/doctest.h>

using namespace logbook;
using docker::creation_of;
using docker::NewContainer;

TEST_CASE("what is not asked for is left to the image") {
    NewContainer wanted;
    wanted.image = "logbook-backend:2.1";
    CHECK(creation_of(wanted).dump() == R"({"Image":"logbook-backend:2.1","Labels":{}})");
}

TEST_CASE("a program of its own in another container's place") {
    NewContainer wanted;
    wanted.image = "sha256:1";
    wanted.entrypoint = {"sleep"};
    wanted.command = {"60"};
    wanted.environment = {{"DB_PASSWORD", Secret("a=b")}, {"EMPTY", Secret("")}};
    wanted.user = "appuser";
    wanted.working_dir = "/app";
    wanted.network_mode = "station_net";
    wanted.extra_hosts = {"db:10.0.0.1"};
    wanted.healthcheck = false;
    wanted.auto_remove = true;
    wanted.mounts = {{"bind", "", "/srv/backend", "/app", true},
                     {"volume", "uploads", "/var/lib/docker/volumes/uploads/_data", "/app/uploads", false},
                     {"tmpfs", "", "", "/tmp", true}};
    const Json body = creation_of(wanted);
    CHECK(
        body.dump() ==
        R"({"Image":"sha256:1","Entrypoint":["sleep"],"Cmd":["60"],"Labels":{},)"
        R"("Env":["DB_PASSWORD=a=b","EMPTY="],"User":"appuser","WorkingDir":"/app","Healthcheck":{"Test":["NONE"]},)"
        R"("HostConfig":{"NetworkMode":"station_net","ExtraHosts":["db:10.0.0.1"],"Mounts":[)"
        R"({"Type":"bind","Source":"/srv/backend","Target":"/app","ReadOnly":false},)"
        R"({"Type":"volume","Source":"uploads","Target":"/app/uploads","ReadOnly":true}],"AutoRemove":true}})");
}
