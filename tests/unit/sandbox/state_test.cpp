// The state file and what a sandbox is made of: pure parts.
#include "logbook/sandbox/state.h"

#include <csignal>
#include <doctest/doctest.h>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/host/child.h"
#include "logbook/sandbox/folder.h"
#include "logbook/sandbox/seed.h"
#include "logbook/sandbox/servers.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::sandbox;

namespace {

State example() {
    State state;
    state.device = 5;
    state.inode = 7;
    state.created = "2026-11-22T04:12:09Z";
    state.supervisor = {"supervisor", 100, 12345, 0};
    state.servers = {{"cache", 101, 12346, 4001}, {"database", 102, 12347, 4002}};
    return state;
}

}  // namespace

TEST_CASE("a state comes back as it was written") {
    const State read = parse_state(to_json(example()).dump()).value();
    CHECK(to_json(read) == to_json(example()));
    CHECK(read.find("database")->port == 4002);
    CHECK(read.find("supervisor")->pid == 100);
    CHECK(read.find("backend") == nullptr);
}

TEST_CASE("nothing else is taken for a state") {
    const Json good = to_json(example());
    const auto with = [&](const std::string& key, Json value) {
        Json changed = good;
        changed.set(key, std::move(value));
        return changed.dump();
    };
    const auto process = [](const char* role, Json pid, Json started, Json port) {
        return Json::object({{"role", role}, {"pid", pid}, {"started", started}, {"port", port}});
    };
    CHECK(parse_state(with("created", "later")).has_value());
    const std::string bad[] = {
        "",
        "null",
        "[]",
        "{}",
        with("schema", "other/1"),
        with("inode", 0),
        with("inode", "7"),
        with("servers", Json()),
        with("servers", Json(Json::Array{Json(1)})),
        with("supervisor", process("database", 5, 5, 5)),
        with("supervisor", process("supervisor", 1, 5, 0)),
        with("supervisor", process("supervisor", -5, 5, 0)),
        with("supervisor", process("supervisor", int64_t(1) << 40, 5, 0)),
        with("supervisor", process("supervisor", 5, 0, 0)),
        with("supervisor", process("supervisor", 5, 5, 65536)),
        with("supervisor", process("supervisor", 5.5, 5, 0)),
        with("servers", Json(Json::Array{process("cache", 5, 5, 5), process("cache", 6, 6, 6)})),
        with("servers", Json(Json::Array{process("supervisor", 5, 5, 5)}))};
    for (const std::string& text : bad) {
        CAPTURE(text);
        CHECK_FALSE(parse_state(text).has_value());
    }
}

TEST_CASE("a process is signalled only while it is the very one") {
    Process self{"cache", ::getpid(), host::start_time_of(::getpid()).value(), 0};
    CHECK(self.alive());
    CHECK(self.signal(0));
    ++self.started;
    CHECK_FALSE(self.alive());
    CHECK_FALSE(self.signal(SIGKILL));  // or this test would not go on
}

TEST_CASE("a folder is made privately, once") {
    const test::Scratch dir;
    CHECK(make_folder(dir / "box", std::nullopt).has_value());
    CHECK((std::filesystem::status(dir / "box").permissions() & std::filesystem::perms::mask) ==
          std::filesystem::perms::owner_all);
    CHECK(make_folder(dir / "box", std::nullopt).error().code == ErrorCode::conflict);
    std::filesystem::create_symlink("nowhere", dir / "link");
    CHECK(make_folder(dir / "link", std::nullopt).error().code == ErrorCode::conflict);
    CHECK(default_folder("/run/user/7") == "/run/user/7/logbookctl-sandbox");
    CHECK(default_folder("relative").filename() == "logbookctl-sandbox-" + std::to_string(::geteuid()));
}

TEST_CASE("no secret stands in a command line, and every one is fresh") {
    const Secrets one = make_secrets().value(), two = make_secrets().value();
    CHECK_FALSE(one.database == two.database);
    CHECK(one.secret_key.size() == 64);
    CHECK(one.encryption_salt.size() == 32);
    const auto settings = settings_of({4001, 4002, 4003}, one);
    const Programs programs{"/usr/sbin/mariadbd", "/usr/bin/redis-server", "/usr/share/mysql"};
    for (const host::ChildSpec& spec : {database_server(programs, "/box", 4001),
                                        cache_server(programs, "/box"), database_installer(programs, "/box"),
                                        backend_server("/usr/bin/logbookctl", "/box", settings, 4003)}) {
        const std::string words = join(spec.argv, " ");
        for (const Secret* secret : {&one.database, &one.database_root, &one.cache, &one.secret_key})
            CHECK_FALSE(contains(words, secret->reveal()));
    }
    // The backend has no business with the database's root.
    const host::ChildSpec backend = backend_server("/usr/bin/logbookctl", "/box", settings, 4003);
    CHECK_FALSE(contains(join(backend.environment, "\n"), one.database_root.reveal()));
    CHECK(contains(join(backend.environment, "\n"), one.database.reveal()));
    const std::string env(env_text(settings).reveal());
    CHECK(contains(env, "\nDB_PORT=4001\n"));
    CHECK(contains(env, "\nBACKEND_PORT=4003\n"));
    CHECK(contains(seed_sql({one.database_root, one.database}), one.database.reveal()));
}
