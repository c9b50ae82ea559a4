// Compose files: found in Compose's order, read for their services, refused when they are none.
#include "logbook/deployment/compose_file.h"

#include <doctest/doctest.h>

#include "unit/scratch.h"

using namespace logbook;
using deployment::find_compose_files;
using deployment::parse_services;

TEST_CASE("service names are read, overlays' tags and merge keys included") {
    const auto services =
        parse_services("x-base: &base\n  restart: always\nservices:\n  mysql:\n    <<: *base\n  backend:\n"
                       "    ports: !reset []\n    environment: !override\n      A: b\n",
                       "f");
    REQUIRE(services.has_value());
    CHECK(*services == std::vector<std::string>{"mysql", "backend"});
}

TEST_CASE("what is no Compose file is refused") {
    for (const char* bad : {"", "a: b", "services: []", "services:\n  - x", "{", "\x01\x02",
                            "services: &a\n  x: *nope", "%\x8a", "%\xd0%zz"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_services(bad, "f").has_value());
    }
    CHECK(parse_services(std::string(2 << 20, 'a'), "f").error().code == ErrorCode::too_large);
}

TEST_CASE("files are found as Compose finds them") {
    const test::Scratch dir;
    CHECK(find_compose_files(dir.path(), "").paths.empty());
    dir.write("docker-compose.yml", "services:\n  mysql: {}\n  redis: {}\n");
    dir.write("prod.yml", "services:\n  backup: {}\n  mysql: {}\n");
    const auto base = find_compose_files(dir.path(), "");
    CHECK(base.database_service() == "mysql");
    CHECK(base.cache_service() == "redis");
    const auto both = find_compose_files(dir.path(), "docker-compose.yml:prod.yml");
    CHECK(both.services == std::vector<std::string>{"mysql", "redis", "backup"});
    CHECK(find_compose_files(dir.path(), "none.yml").problems.size() == 1);
}
