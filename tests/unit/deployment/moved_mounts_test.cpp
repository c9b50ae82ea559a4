// Mounts of containers against those of the files.
#include "logbook/deployment/moved_mounts.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::deployment;

namespace {

struct World {
    Deployment running;
    ComposeModel model;

    World() {
        running.project = "the-logbook";
        add(Role::database, "mysql",
            {"volume", "the-logbook_mysql_data", "/var/lib/docker/x", "/var/lib/mysql", true});
        add(Role::backend, "backend",
            {"volume", "the-logbook_uploads", "/var/lib/docker/y", "/app/uploads", true});
        running.members.back().container.mounts.push_back({"bind", "", "/srv/old/backend", "/app", true});
        mount("mysql", ServiceMount::Kind::volume, "mysql_data", "/var/lib/mysql");
        mount("backend", ServiceMount::Kind::volume, "uploads", "/app/uploads/");
        mount("backend", ServiceMount::Kind::bind, "/srv/new/backend", "/app");
        model.volumes = {{"mysql_data", "", false}, {"uploads", "the-logbook_uploads", false}};
    }
    void add(Role role, const std::string& service, docker::Mount first) {
        Member member;
        member.role = role, member.service = service;
        member.container.name = "intranet-" + service;
        member.container.mounts = {std::move(first)};
        running.members.push_back(std::move(member));
        model.services.emplace_back().name = service;
    }
    void mount(const std::string& service, ServiceMount::Kind kind, std::string source, std::string target) {
        for (ComposeService& one : model.services)
            if (one.name == service)
                one.mounts.push_back({kind, std::move(source), std::move(target), false});
    }
    std::vector<std::string> told() const {
        std::vector<std::string> lines;
        for (const MovedMount& one : moved_mounts(running, model))
            lines.push_back(one.service + " " + one.target + ": " + one.has + " -> " + one.gets);
        return lines;
    }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("what stays where it is, and code that is mounted from elsewhere, is no moved data") {
    CHECK(World().told().empty());
}

TEST_CASE("stored data that a recreate would leave behind is named") {
    World world;
    world.model.services[0].mounts[0].source = "database";
    CHECK(world.told() == Lines{"mysql /var/lib/mysql: the-logbook_mysql_data -> the-logbook_database"});
    world.model.services[0].mounts[0] = {ServiceMount::Kind::bind, "/srv/data/", "/var/lib/mysql", false};
    CHECK(world.told() == Lines{"mysql /var/lib/mysql: the-logbook_mysql_data -> /srv/data"});
    world.model.services[0].mounts.clear();
    CHECK(world.told() == Lines{"mysql /var/lib/mysql: the-logbook_mysql_data -> "});

    World folder;  // as Unraid keeps it
    folder.running.members[0].container.mounts[0] = {"bind", "", "/mnt/user/appdata/mysql", "/var/lib/mysql",
                                                     true};
    folder.model.services[0].mounts[0] = {ServiceMount::Kind::bind, "/mnt/user/appdata/mysql",
                                          "/var/lib/mysql", false};
    CHECK(folder.told().empty());
    folder.model.services[0].mounts[0].source = "/mnt/cache/mysql";
    CHECK(folder.told() == Lines{"mysql /var/lib/mysql: /mnt/user/appdata/mysql -> /mnt/cache/mysql"});
}

TEST_CASE("an external volume has the name of its key, whoever's project it is") {
    World world;
    world.running.members[0].container.mounts[0].volume = "mysql_data";
    CHECK_FALSE(world.told().empty());
    world.model.volumes[0].external = true;
    CHECK(world.told().empty());
}

TEST_CASE("a database in a volume without a name is left behind by one that gets a name") {
    World world;
    world.running.members[0].container.mounts[0].volume = std::string(64, 'a');
    CHECK(world.told() ==
          Lines{"mysql /var/lib/mysql: " + std::string(64, 'a') + " -> the-logbook_mysql_data"});
}

TEST_CASE("what cannot be told, and what the engine carries over by itself, is left alone") {
    World world;
    world.running.members[0].container.mounts[0].volume = std::string(64, 'a');  // anonymous
    world.model.services[0].mounts.clear();
    CHECK(world.told().empty());
    world.running.members[0].container.mounts[0].volume = "named";
    world.model.services[0].mounts = {{ServiceMount::Kind::bind, "./data", "/var/lib/mysql", false}};
    CHECK(world.told().empty());  // a relative path: against what, only Compose knows
    world.model.services.clear();
    CHECK(world.told().empty());
}
