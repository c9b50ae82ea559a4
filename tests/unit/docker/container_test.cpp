// Containers out of both forms of the engine's JSON: real shapes, absent members, hostile ones.
#include "logbook/docker/container.h"

#include <doctest/doctest.h>

#include "logbook/base/text.h"

using namespace logbook;
using docker::ContainerState;
using docker::Health;

namespace {

Json json(std::string_view text) {
    return parse_json(text).value();
}

constexpr std::string_view inspected = R"({
  "Id": "a6d4a16326b9", "Created": "2026-11-22T07:52:53.528357831Z", "Path": "redis-server",
  "Args": ["--requirepass", "canary-argv-secret"], "Image": "sha256:f0eb", "Name": "/intranet-backend", "RestartCount": 3,
  "LogPath": "/var/lib/docker/containers/a6/a6-json.log",
  "State": {"Status": "exited", "OOMKilled": true, "ExitCode": 137, "Pid": 0, "Error": "no such file",
            "StartedAt": "2026-11-22T08:00:36.5Z", "FinishedAt": "2026-11-22T03:01:00-05:00",
            "Health": {"Status": "unhealthy", "FailingStreak": 4, "Log": [
              {"Start": "2026-11-22T07:59:27Z", "End": "2026-11-22T07:59:28Z", "ExitCode": 1, "Output": "refused"}]}},
  "HostConfig": {"NetworkMode": "the-logbook_intranet-network", "Memory": 805306368, "AutoRemove": false,
                 "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 5},
                 "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}},
                 "PortBindings": {"3001/tcp": [{"HostIp": "", "HostPort": "3001"}]}},
  "Mounts": [{"Type": "volume", "Name": "uploads", "Source": "/v/_data", "Destination": "/app/uploads", "RW": true},
             {"Type": "bind", "Source": "/srv/b", "Destination": "/app", "RW": false}],
  "Config": {"Hostname": "a6d4", "User": "appuser", "Tty": false, "Image": "logbook-backend:latest", "StopTimeout": 15,
             "Env": ["DB_HOST=mysql", "SECRET_KEY=canary=with=equals", "EMPTY=", "BARE"],
             "Healthcheck": {"Test": ["CMD-SHELL", "redis-cli -a canary-check-secret ping"], "Interval": 15000000000,
                             "Timeout": 10000000000, "StartPeriod": 3600000000000, "Retries": 10},
             "Labels": {"com.docker.compose.project": "the-logbook", "com.docker.compose.service": "backend",
                        "com.docker.compose.container-number": "2", "com.docker.compose.oneoff": "False",
                        "com.docker.compose.version": "2.26.1",
                        "com.docker.compose.depends_on": "mysql:service_healthy:false,redis:service_started:false",
                        "com.docker.compose.project.config_files": "/s/a.yml,/s/b.yml"}},
  "NetworkSettings": {"Ports": {"33060/tcp": null, "3001/tcp": [{"HostIp": "127.0.0.1", "HostPort": "3001"}]},
                      "Networks": {"net": {"NetworkID": "37ce", "IPAddress": "172.18.0.4", "Gateway": "172.18.0.1",
                                           "Aliases": ["backend", "a6d4"]}}}})";

}  // namespace

TEST_CASE("inspect fills everything") {
    const auto got = docker::parse_inspected(json(inspected));
    REQUIRE(got);
    CHECK(got->inspected);
    CHECK(got->name == "intranet-backend");
    CHECK(got->image == "logbook-backend:latest");
    CHECK(got->state == ContainerState::exited);
    CHECK(got->exit_code == 137);
    CHECK(got->oom_killed);
    CHECK(got->error == "no such file");
    CHECK(got->health == Health::unhealthy);
    CHECK(got->failing_streak == 4);
    REQUIRE(got->health_runs.size() == 1);
    CHECK(got->health_runs[0].output == "refused");
    CHECK(got->restarts == 3);
    CHECK(got->restart_policy == docker::RestartPolicy{"on-failure", 5});
    CHECK(iso8601(*got->started, true) == "2026-11-22T08:00:36.500Z");
    CHECK(iso8601(*got->finished) == "2026-11-22T08:01:00Z");
    CHECK(got->memory_limit == 805306368);
    CHECK(got->log_driver == "json-file");
    CHECK(got->log_options.at("max-size") == "10m");
    CHECK(got->stop_timeout == 15);
    REQUIRE(got->ports.size() == 2);
    CHECK(got->ports[0] == docker::Port{"127.0.0.1", 3001, 3001, "tcp"});
    CHECK(got->ports[1] == docker::Port{"", 0, 33060, "tcp"});
    REQUIRE(got->wanted_ports.size() == 1);
    CHECK(got->wanted_ports[0].host_port == 3001);
    REQUIRE(got->networks.size() == 1);
    CHECK(got->networks[0].address == "172.18.0.4");
    CHECK(got->networks[0].aliases.front() == "backend");
    REQUIRE(got->mounts.size() == 2);
    CHECK(got->mounts[0].kind == "bind");
    CHECK_FALSE(got->mounts[0].writable);
    CHECK(got->mounts[1].volume == "uploads");
    REQUIRE(got->healthcheck);
    CHECK(got->healthcheck->start_period == Millis(3'600'000));
    CHECK(got->healthcheck->retries == 10);
}

TEST_CASE("what may hold a secret is a Secret") {
    const auto got = docker::parse_inspected(json(inspected)).value();
    REQUIRE(got.variable("SECRET_KEY"));
    CHECK(got.variable("SECRET_KEY")->reveal() == "canary=with=equals");
    CHECK(got.variable("EMPTY")->empty());
    CHECK(got.variable("BARE")->empty());
    CHECK(got.variable("NOT_THERE") == nullptr);
    REQUIRE(got.command.size() == 3);
    CHECK(got.command[2].reveal() == "canary-argv-secret");
    CHECK(to_string(got.command[2]) == "***");
    CHECK(to_string(got.healthcheck->test[1]) == "***");
}

TEST_CASE("labels of Compose") {
    const auto compose = docker::parse_inspected(json(inspected))->compose;
    CHECK(compose.project == "the-logbook");
    CHECK(compose.service == "backend");
    CHECK(compose.number == 2);
    CHECK_FALSE(compose.oneoff);
    CHECK(compose.config_files == std::vector<std::string>{"/s/a.yml", "/s/b.yml"});
    REQUIRE(compose.depends_on);
    REQUIRE(compose.depends_on->size() == 2);
    CHECK((*compose.depends_on)[0].service == "mysql");
    CHECK((*compose.depends_on)[0].condition == "service_healthy");
    // An empty label says "nothing"; an absent one (Compose 1.29) says nothing at all.
    CHECK(docker::parse_compose_labels({{"com.docker.compose.depends_on", ""}}).depends_on->empty());
    CHECK_FALSE(docker::parse_compose_labels({{"com.docker.compose.project", "x"}}).depends_on);
}

TEST_CASE("a listing fills its part") {
    const auto got =
        docker::parse_listed(json(R"json({"Id":"85c6","Names":["/other/alias","/intranet-frontend"],
        "Image":"nginx","ImageID":"sha256:1","Created":1700000000,"State":"running","Status":"Up 7 minutes (unhealthy)",
        "Ports":[{"IP":"::","PrivatePort":80,"PublicPort":3000,"Type":"tcp"},
                 {"IP":"0.0.0.0","PrivatePort":80,"PublicPort":3000,"Type":"tcp"}],
        "Labels":{"com.docker.compose.service":"frontend"},"Mounts":[],
        "NetworkSettings":{"Networks":{"b":{"IPAddress":"1.2.3.4","Aliases":null},"a":{}}}})json"));
    REQUIRE(got);
    CHECK_FALSE(got->inspected);
    CHECK(got->name == "intranet-frontend");
    CHECK(got->health == Health::unhealthy);
    CHECK(got->state == ContainerState::running);
    CHECK(got->compose.service == "frontend");
    CHECK(got->created == from_unix_seconds(1700000000));
    CHECK(got->ports.at(0).host_address == "0.0.0.0");
    CHECK(got->networks.at(0).network == "a");
    CHECK(got->networks.at(1).address == "1.2.3.4");
}

TEST_CASE("hostile text is carried raw; a view's printable() makes it harmless") {
    const auto got = docker::parse_inspected(
        json("{\"Id\":\"x\",\"Name\":\"/"
             "\\u001b[2Jevil\\r\\n\",\"Config\":{\"Labels\":{\"a\\u001b\":\"\\u0000\"}}}"));
    REQUIRE(got);
    CHECK(got->name == "\x1b[2Jevil\r\n");
    CHECK(printable(got->name).find('\x1b') == std::string::npos);
    CHECK(got->labels.count("a\x1b") == 1);
}

TEST_CASE("members of any other type stay empty; no id is an error") {
    const auto got = docker::parse_inspected(json(R"({"Id":"x","Name":5,"State":[],"Config":{"Env":{"a":1},
        "Labels":[1],"Healthcheck":{"Test":["NONE"]},"StopTimeout":"x"},"HostConfig":7,"Mounts":"m",
        "NetworkSettings":{"Ports":{"99999/tcp":null,"x":[1],"80/udp":[{"HostPort":"-1"}]},"Networks":[]},
        "Args":[1,null]})"));
    REQUIRE(got);
    CHECK(got->state == ContainerState::unknown);
    CHECK(got->environment.empty());
    CHECK_FALSE(got->healthcheck);
    CHECK(got->stop_timeout == 10);
    REQUIRE(got->ports.size() == 1);
    CHECK(got->ports[0] == docker::Port{"", 0, 80, "udp"});
    for (const char* none : {"null", "[]", "{}", "\"x\"", R"({"Id":7})"}) {
        CHECK(docker::parse_inspected(json(none)).error().code == ErrorCode::protocol);
        CHECK(docker::parse_listed(json(none)).error().code == ErrorCode::protocol);
    }
}

TEST_CASE("times of the engine") {
    using docker::parse_engine_time;
    CHECK(iso8601(*parse_engine_time("2026-11-22T07:52:53.528357831Z"), true) == "2026-11-22T07:52:53.528Z");
    CHECK(iso8601(*parse_engine_time("2024-02-29T23:59:59+02:30")) == "2024-02-29T21:29:59Z");
    for (const char* none : {"", "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22",
                             "2026-11-22T07:52:53", "2026-11-22T25:00:00Z", "2026-11-22T07:52:53.5",
                             "9999-12-31T00:00:00Z", "2026-11-22T07:52:53Z and more", "+026-11-22T07:52:53Z"})
        CHECK_MESSAGE(!parse_engine_time(none), none);
}
