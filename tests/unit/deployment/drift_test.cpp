// Drift judged from values: each verdict, and what must not become one.
#include "logbook/deployment/drift.h"

#include <doctest/doctest.h>

#include "logbook/crypto/fingerprint.h"
#include "logbook/deployment/drift_advice.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::deployment;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

settings::Lookup with(Pairs values) {
    return [values](std::string_view name) -> std::optional<std::string> {
        for (const auto& [known, value] : values)
            if (known == name) return value;
        return std::nullopt;
    };
}

std::vector<docker::EnvironmentValue> environment(const Pairs& pairs) {
    std::vector<docker::EnvironmentValue> all;
    for (const auto& [name, value] : pairs) all.push_back({name, Secret(value)});
    return all;
}

// One project in a folder, its containers as they were made.
struct World {
    test::Scratch dir;
    std::string compose = "services:\n"
                          "  mysql: {image: 'mysql:8.0', environment: {MYSQL_PASSWORD: '${DB_PASSWORD:-}'}}\n"
                          "  backend:\n"
                          "    image: logbook-backend\n"
                          "    ports: ['${BACKEND_PORT:-3001}:3001']\n"
                          "    environment:\n"
                          "      DB_HOST: mysql\n"
                          "      DEBUG: ${DEBUG:-false}\n"
                          "      DB_PASSWORD: ${DB_PASSWORD:-}\n"
                          "      ENCRYPTION_KEY: ${ENCRYPTION_KEY:-}\n";
    std::string env = "DB_PASSWORD=pw\nENCRYPTION_KEY=key\n";
    Pairs shell;
    Pairs database = {{"MYSQL_PASSWORD", "pw"}};
    Pairs backend = {{"DB_HOST", "mysql"}, {"DEBUG", "false"},        {"DB_PASSWORD", "pw"},
                     {"PATH", "/usr/bin"}, {"ENCRYPTION_KEY", "key"}, {"PYTHONPATH", "/app"}};
    bool engine = true, images = true;
    std::string hash = "h1",
                made_by = "2.26.1";  // of the backend's definition now; of the Compose that made it
    std::vector<MovedMount> moved;

    Drift judge() {
        if (!compose.empty()) dir.write("docker-compose.yml", compose);
        const settings::EnvFile file = settings::parse_env(env, with(shell));
        const settings::Lookup value = compose_lookup(file, with(shell));
        ComposeProject project = read_compose_files(dir.path(), {}, value);
        project.model.version = "2.26.1";
        for (ComposeService& service : project.model.services)
            if (service.name == "backend") service.hash = hash;
        const ComposeOrigins origins = read_compose_origins(dir.path(), value);
        DriftFacts facts{file, with(shell), project, origins, std::nullopt, moved};
        docker::ComposeLabels labels;
        labels.config_hash = "h1", labels.version = made_by;
        const auto image = images ? std::optional(environment({{"PYTHONPATH", "/app"}})) : std::nullopt;
        if (engine)
            facts.containers = {{"mysql", "intranet-mysql", environment(database), std::nullopt, {}},
                                {"backend", "intranet-backend", environment(backend), image, labels}};
        return judge_drift(facts);
    }
};

// "stale DEBUG backend", one a finding that matters.
std::vector<std::string> told(const Drift& drift) {
    std::vector<std::string> lines;
    for (const DriftFinding& found : drift.findings)
        if (found.matters)
            lines.push_back(std::string(name_of(found.kind)) + " " + found.name + " " + found.service);
    return lines;
}

std::string commands(const Drift& drift) {
    std::string all;
    for (const DriftRemedy& remedy : remedies_of(drift, {}))
        for (const DriftStep& step : remedy.steps) all += step.command + "\n";
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a deployment that has what its .env says has no drift") {
    World world;
    const Drift drift = world.judge();
    CHECK(told(drift) == Lines{});
    CHECK(drift.complete());
    CHECK_FALSE(drift.found());
    CHECK(remedies_of(drift, {}).empty());
}

TEST_CASE("an edited .env leaves the container stale until it is recreated") {
    World world;
    world.env += "DEBUG=true\n";
    const Drift drift = world.judge();
    CHECK(told(drift) == Lines{"stale DEBUG backend"});
    CHECK(drift.findings[0].line == 3);
    CHECK(drift.findings[0].running->reveal() == "false");
    CHECK(drift.recreate_is_safe("backend"));
    const std::string fix = commands(drift);
    CHECK(fix.find("doctor --only db.wipe_trap") < fix.find("docker compose up -d --no-deps backend"));
}

TEST_CASE("a name that the Compose file no longer sets is stale; what image and engine bring along is not") {
    World world;
    world.backend.push_back({"GONE", "x"});
    world.backend.push_back({"HTTP_PROXY", "http://proxy"});
    CHECK(told(world.judge()) == Lines{"stale GONE backend"});
    world.images = false;
    CHECK(told(world.judge()) == Lines{});
}

TEST_CASE("keys and passwords: the danger is named, and no recreate is advised") {
    for (const char* edited :
         {"DB_PASSWORD=pw\nENCRYPTION_KEY=other\n", "DB_PASSWORD=other\nENCRYPTION_KEY=key\n"}) {
        CAPTURE(edited);
        World world;
        world.env = std::string(edited) + "DEBUG=true\n";
        const Drift drift = world.judge();
        CHECK(drift.found());
        CHECK_FALSE(drift.recreate_is_safe("backend"));
        CHECK(commands(drift).find(" up -d") == std::string::npos);
        CHECK_FALSE(remedies_of(drift, {}).front().danger.empty());
    }
    World world;
    world.env = "DB_PASSWORD=other\nENCRYPTION_KEY=key\n";
    const Drift drift = world.judge();
    CHECK(told(drift) == Lines{"stale MYSQL_PASSWORD mysql", "stale DB_PASSWORD backend"});
    CHECK(drift.findings[0].from == std::vector<std::string>{"DB_PASSWORD"});
    CHECK(drift.findings[0].line == 1);
    CHECK(drift.findings[0].stake == DriftStake::database_login);
}

TEST_CASE("a key that the container runs without is as grave as another one") {
    World world;
    world.backend[4].second = "";
    world.backend.erase(world.backend.begin() + 4);
    const Drift drift = world.judge();
    CHECK(told(drift) == Lines{"stale ENCRYPTION_KEY backend"});
    CHECK_FALSE(drift.recreate_is_safe("backend"));
    CHECK(commands(drift).find(" up -d") == std::string::npos);
}

TEST_CASE("a fixed value of the Compose file beats .env's; an equal or passed one is none") {
    World world;
    world.env += "DB_HOST=db\nDEBUG=False\n";
    world.backend[1].second = "False";
    const Drift drift = world.judge();
    CHECK(told(drift) == Lines{"hard_coded DB_HOST backend"});
    CHECK(drift.findings[0].file.filename() == "docker-compose.yml");
    world.env = "DB_PASSWORD=pw\nENCRYPTION_KEY=key\nDB_HOST=mysql\nDEBUG=\n";
    world.backend[1].second = "false";
    CHECK(told(world.judge()) == Lines{});  // `${DEBUG:-false}` takes the empty value's place
}

TEST_CASE("a name that the application knows and the block does not list is not passed") {
    World world;
    world.env += "LOG_LEVEL=DEBUG\nLOG_FORMAT=text\nSMTP_HOST=\nBACKEND_PORT=3005\nCOMPOSE_PROFILES=x\n"
                 "MYSQL_ROOT_PASSWORD=r\nTZ=UTC\nAPP_NAME=x\n";
    const Drift drift = world.judge();
    CHECK(told(drift) == Lines{"not_passed LOG_LEVEL backend"});
    CHECK(drift.findings.size() == 3);  // LOG_FORMAT and SMTP_HOST mean what the defaults mean
    CHECK(commands(drift).find("LOG_LEVEL: ${LOG_LEVEL}") != std::string::npos);
}

TEST_CASE("what this shell exports beats .env, and only where Compose uses it") {
    World world;
    world.shell = {{"DEBUG", "true"}, {"LANG", "C"}, {"DB_PASSWORD", "pw"}};
    world.env += "DEBUG=false\nLANG=de\n";
    Drift drift = world.judge();
    // The container has .env's value, so that it is not stale.
    CHECK(told(drift) == Lines{"shadowed DEBUG backend"});
    CHECK(commands(drift).find("unset DEBUG") != std::string::npos);
    world.backend[1].second = "true";  // made in this shell
    drift = world.judge();
    CHECK(told(drift) == Lines{"shadowed DEBUG backend"});
    world.backend[1].second = "1";  // neither
    CHECK(told(world.judge()) == Lines{"stale DEBUG backend", "shadowed DEBUG backend"});
    world.shell = {{"BACKEND_PORT", "1"}};
    world.backend[1].second = "false";
    world.env = "DB_PASSWORD=pw\nENCRYPTION_KEY=key\nBACKEND_PORT=2\n";
    CHECK(told(world.judge()) == Lines{"shadowed BACKEND_PORT "});
}

TEST_CASE("what cannot be known is said, and the rest is judged all the same") {
    World world;
    world.engine = false;
    world.env += "DB_HOST=db\n";
    Drift drift = world.judge();
    CHECK(told(drift) == Lines{"hard_coded DB_HOST backend"});
    CHECK_FALSE(drift.complete());

    World refused;
    refused.compose += "      NEEDED: ${NEEDED:?say it}\n";
    drift = refused.judge();
    CHECK(told(drift) == Lines{});
    CHECK_FALSE(drift.complete());

    World bare;
    bare.compose.clear();
    bare.env += "DEBUG=true\n";
    drift = bare.judge();
    CHECK(told(drift) == Lines{"stale DEBUG backend"});
    CHECK_FALSE(drift.complete());

    World partly;
    partly.compose += "  worker: {image: x}\n";
    CHECK(partly.judge().unknown.size() == 1);
}

TEST_CASE("fingerprints: equal for equal values, other ones in the next run, no value in them") {
    const auto one = crypto::Fingerprinter::make(), two = crypto::Fingerprinter::make();
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->of(Secret("a value")) == one->of(Secret("a value")));
    CHECK(one->of(Secret("a value")) != one->of(Secret("a valuf")));
    CHECK(one->of(Secret("a value")) != two->of(Secret("a value")));
    CHECK(one->of(Secret()).size() == 8);
    CHECK(one->of(Secret(std::string(10'000, 'x'))).size() == 8);
}

TEST_CASE("another definition is told by Compose's own hash, where nothing else explains it") {
    World world;
    world.hash = "h2";
    CHECK(told(world.judge()) == std::vector<std::string>{"redefined definition backend"});
    CHECK(world.judge().recreate_is_safe("backend"));
    CHECK(commands(world.judge()).find("up -d --no-deps backend") != std::string::npos);
    world.made_by = "2.20.0";  // another version hashes otherwise
    CHECK(told(world.judge()).empty());
    world.made_by = "2.26.1";
    world.hash.clear();
    CHECK(told(world.judge()).empty());
    world.hash = "h2";
    world.env += "DEBUG=true\n";  // the variable is the reason
    CHECK(told(world.judge()) == std::vector<std::string>{"stale DEBUG backend"});
    world.env = "DB_PASSWORD=pw\nENCRYPTION_KEY=key\nDEBUG=false\n";
    world.shell = {{"DEBUG", "true"}};  // this shell is
    CHECK(told(world.judge()) == std::vector<std::string>{"shadowed DEBUG backend"});
}

TEST_CASE("a recreate that would leave stored data behind is never advised") {
    World world;
    world.moved = {{"mysql", "intranet-mysql", "/var/lib/mysql", "the-logbook_mysql_data", "/srv/data"}};
    const Drift drift = world.judge();
    CHECK(told(drift) == std::vector<std::string>{"redefined /var/lib/mysql mysql"});
    CHECK(drift.findings.front().stake == DriftStake::stored_data);
    CHECK_FALSE(drift.recreate_is_safe("mysql"));
    CHECK(commands(drift).find(" up ") == std::string::npos);
    const auto remedies = remedies_of(drift, {});
    REQUIRE(remedies.size() == 1);
    CHECK(remedies.front().danger.find("the-logbook_mysql_data") != std::string::npos);
    CHECK(remedies.front().danger.find("/srv/data") != std::string::npos);
}
