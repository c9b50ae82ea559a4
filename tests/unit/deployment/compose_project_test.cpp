// A project's files: found in Compose's order, refused when they are none. (What they mean together is
// compared with Compose itself in tests/cli/compose_model_test.py.)
#include "logbook/deployment/compose_project.h"

#include <doctest/doctest.h>

#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::deployment;

namespace {

settings::Lookup with(std::vector<std::pair<std::string, std::string>> values) {
    return [values](std::string_view name) -> std::optional<std::string> {
        for (const auto& [known, value] : values)
            if (known == name) return value;
        return std::nullopt;
    };
}

}  // namespace

TEST_CASE("files are found as Compose finds them") {
    const test::Scratch dir;
    CHECK_FALSE(read_compose_files(dir.path(), {}, with({})).exists());
    dir.write("docker-compose-unraid.yml", "services:\n  db: {image: mariadb}\n");
    CHECK(read_compose_files(dir.path(), {}, with({})).model.service_name(Role::database) == "db");
    dir.write("docker-compose.yml", "services:\n  mysql: {}\n  redis: {}\n");
    dir.write("prod.yml", "services:\n  backup: {image: 'mysql:8.0'}\n  mysql: {}\n");
    const auto base = read_compose_files(dir.path(), {}, with({}));
    CHECK(base.paths.size() == 1);
    CHECK(base.model.service_name(Role::database) == "mysql");
    CHECK(base.model.service_name(Role::cache) == "redis");
    CHECK(base.model.service_name(Role::frontend).empty());
    const auto both =
        read_compose_files(dir.path(), {}, with({{"COMPOSE_FILE", "docker-compose.yml:prod.yml"}}));
    REQUIRE(both.model.services.size() == 3);
    CHECK(both.model.services[2].role() == Role::other);
    const auto parted = read_compose_files(
        dir.path(), {},
        with({{"COMPOSE_FILE", "docker-compose.yml;prod.yml"}, {"COMPOSE_PATH_SEPARATOR", ";"}}));
    CHECK(parted.paths.size() == 2);
}

TEST_CASE("what cannot be read is told, and what Compose would refuse apart from it") {
    const test::Scratch dir;
    CHECK(read_compose_files(dir.path(), {}, with({{"COMPOSE_FILE", "none.yml"}})).problems.size() == 1);
    for (const char* bad : {"", "a: b", "services: []", "services:\n  - x", "{", "\x01\x02",
                            "services: &a\n  x: *nope", "%\x8a", "%\xd0%zz"}) {
        CAPTURE(bad);
        dir.write("compose.yml", bad);
        const auto project = read_compose_files(dir.path(), {}, with({}));
        CHECK(project.exists());
        CHECK(project.problems.size() == 1);
        CHECK(project.model.services.empty());
    }
    dir.write("compose.yml", "services: {a: {image: '${X:?say it}', environment: {S: '${X:?say it}'}}}");
    const auto project = read_compose_files(dir.path(), {}, with({}));
    CHECK(project.problems.empty());
    CHECK(project.refusals.size() == 2);
    CHECK(read_compose_files(dir.path(), {}, with({{"X", "x"}})).refusals.empty());
}

TEST_CASE("roles are known by name, else by image") {
    CHECK(role_of("db", "") == Role::database);
    CHECK(role_of("MySQL", "whatever") == Role::database);
    CHECK(role_of("store", "registry.example/x/mariadb:10.11") == Role::database);
    CHECK(role_of("nightly-backup", "mysql:8.0") == Role::other);
    CHECK(role_of("api", "ghcr.io/x/the-logbook-backend@sha256:00") == Role::backend);
    CHECK(role_of("web", "logbook-frontend:latest") == Role::frontend);
    CHECK(role_of("elasticsearch", "elasticsearch:8.11.3") == Role::other);
}

TEST_CASE("sizes as Compose writes them") {
    CHECK(compose_bytes("1024M") == 1073741824u);
    CHECK(compose_bytes("768mb") == 768u << 20);
    CHECK(compose_bytes("1.5g") == 1610612736u);
    CHECK(compose_bytes("4096") == 4096u);
    for (const char* bad : {"", "x", "-1", "1e999", "5 parsecs", "nan", "inf"})
        CHECK(compose_bytes(bad) == 0);
}
