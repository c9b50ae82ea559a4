// The engine's other things out of its JSON.
#include "logbook/docker/resources.h"

#include <doctest/doctest.h>

using namespace logbook;

namespace {

Json json(std::string_view text) {
    return parse_json(text).value();
}

}  // namespace

TEST_CASE("version, information and their clock") {
    const auto podman = docker::parse_version(json(
        R"({"Version":"4.3.1","ApiVersion":"1.41","MinAPIVersion":"1.24","Components":[{"Name":"Podman Engine"}]})"));
    CHECK(podman->podman);
    CHECK(podman->api == "1.41");
    const auto info =
        docker::parse_info(json(R"({"DockerRootDir":"/var/lib/docker","Driver":"overlay2","NCPU":2,
        "SystemTime":"2026-11-22T10:00:00.5Z","SecurityOptions":["name=seccomp,profile=default","name=rootless"]})"));
    CHECK(info->root_dir == "/var/lib/docker");
    CHECK(info->rootless);
    CHECK(info->system_time.has_value());
    CHECK_FALSE(info->clock_offset.has_value());
    CHECK(docker::parse_info(json("{}")).error().code == ErrorCode::protocol);
    CHECK(docker::parse_version(json("[]")).error().code == ErrorCode::protocol);
}

TEST_CASE("images, volumes, networks") {
    const auto image =
        docker::parse_image(json(R"({"Id":"sha256:1","RepoTags":["a:1","<none>:<none>"],"Size":5,
        "Created":"2026-11-22T10:00:00Z","Config":{"Env":["A=b"],"Cmd":["x"],"Labels":null}})"));
    CHECK(image->tags == std::vector<std::string>{"a:1"});
    CHECK(image->environment.at(0).value.reveal() == "b");
    CHECK(docker::parse_image(json(R"({"Id":"i","Created":1700000000})"))->created ==
          from_unix_seconds(1700000000));
    const auto volume = docker::parse_volume(
        json(R"({"Name":"v","Driver":"local","UsageData":{"Size":-1,"RefCount":0},"Labels":null})"));
    CHECK_FALSE(volume->size.has_value());
    CHECK(volume->references == 0);
    CHECK_FALSE(docker::parse_volume(json(R"({"Name":"v"})"))->references.has_value());
    const auto network = docker::parse_network(json(R"({"Id":"n","Name":"net","Driver":"bridge",
        "IPAM":{"Config":[{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]},
        "Containers":{"c2":{"Name":"b","IPv4Address":"172.18.0.3/16"},"c1":{"Name":"a","IPv4Address":""}}})"));
    CHECK(network->subnets.at(0) == "172.18.0.0/16");
    REQUIRE(network->members.size() == 2);
    CHECK(network->members[0].container_id == "c1");
    CHECK(network->members[1].address == "172.18.0.3");
    CHECK_FALSE(docker::parse_network(json(R"({"Id":"n"})")));
}

TEST_CASE("events and disk usage") {
    const auto event = docker::parse_event(json(R"({"Type":"container","Action":"die","time":1700000000,
        "timeNano":1700000000000000007,"Actor":{"ID":"c","Attributes":{"name":"x","exitCode":"137"}}})"));
    CHECK(event->id == "c");
    CHECK(event->attributes.at("exitCode") == "137");
    CHECK(event->nanoseconds == 1'700'000'000'000'000'007);
    CHECK_FALSE(docker::parse_event(json(R"({"status":"old"})")));
    const auto usage = docker::parse_disk_usage(json(R"({"LayersSize":7,"Images":null,
        "Volumes":[{"Name":"v","UsageData":{"Size":3,"RefCount":1}},{"bad":1}],
        "Containers":[{"Id":"c","Names":["/n"],"SizeRw":9}],
        "BuildCache":[{"Size":9223372036854775807},{"Size":9223372036854775807},{"Size":-4}]})"));
    CHECK(usage->layers == 7);
    CHECK(usage->volumes.size() == 1);
    CHECK(usage->containers.at(0).bytes == 9);
    CHECK(usage->build_cache == INT64_MAX);
}

TEST_CASE("processes, by whatever the columns are called") {
    const auto found = docker::parse_processes(json(R"({"Titles":["PID","COMMAND"],
        "Processes":[[" 812","python3 /usr/bin/alembic upgrade head"],["x","odd"],["1"],7,[1,2]]})"));
    REQUIRE(found);
    REQUIRE(found->size() == 2);
    CHECK(found->at(0).pid == 812);
    CHECK(found->at(0).command == "python3 /usr/bin/alembic upgrade head");
    CHECK(docker::parse_processes(json(R"({"Titles":["UID","PID","CMD"],"Processes":[["0","1","sh"]]})"))
              ->at(0)
              .command == "sh");
    CHECK(docker::parse_processes(json(R"({"Titles":["PID","CMD"],"Processes":null})"))->empty());
    for (const char* none : {"null", "{}", R"({"Titles":["PID"],"Processes":[["1"]]})", R"({"Titles":7})"})
        CHECK(docker::parse_processes(json(none)).error().code == ErrorCode::protocol);
}
