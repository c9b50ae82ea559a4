// What is written, whether it may be, and that nothing else changes.
#include <doctest/doctest.h>
#include <regex>
#include <sys/stat.h>

#include "logbook/secrets/env_edit.h"
#include "logbook/secrets/generate.h"
#include "logbook/secrets/names.h"
#include "logbook/secrets/store.h"
#include "logbook/secrets/write_plan.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace std::chrono_literals;
using secrets::DataPresence;
using secrets::Reason;

namespace {

std::string edited(const std::string& text, const secrets::NewValues& values) {
    const auto result = secrets::edit_env(Secret(text), values);
    REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().what));
    return std::string(result->reveal());
}

secrets::NewValues one(const std::string& name, const std::string& value) {
    return {{name, Secret(value)}};
}

struct FixedClock final : Clock {
    WallTime wall() const override { return parse_iso8601("2026-11-22T04:12:09Z").value(); }
    std::chrono::steady_clock::time_point steady() const override { return {}; }
    void sleep(Millis) const override {}
};

}  // namespace

TEST_CASE("generated values have their length and alphabet, and differ") {
    for (const secrets::SecretName& known : secrets::secret_names()) {
        const std::string a(secrets::generate(known.name)->reveal());
        CHECK(a != secrets::generate(known.name)->reveal());
        const char* shape = known.password                    ? "[A-Za-z0-9]{40}"
                            : known.name == "ENCRYPTION_SALT" ? "[0-9a-f]{32}"
                                                              : "[0-9a-f]{64}";
        CHECK(std::regex_match(a, std::regex(shape)));
    }
    CHECK_FALSE(secrets::generate("PATH").has_value());
}

TEST_CASE("a plan fills what is missing or a placeholder, and replaces only what is named") {
    const auto file =
        settings::parse_env("SECRET_KEY=CHANGE_ME\nENCRYPTION_KEY=real\nENCRYPTION_SALT=\nDB_PASSWORD=real\n"
                            "DB_PASSWORD=real2\nREDIS_PASSWORD=CHANGE_ME\nREDIS_PASSWORD=real\n");
    const secrets::WritePlan plan = secrets::plan_write(file, {"ENCRYPTION_KEY"});
    REQUIRE(plan.write.size() == 4);
    CHECK(plan.write[0].name == "SECRET_KEY");
    CHECK(plan.write[0].reason == Reason::placeholder);
    CHECK(plan.write[1].name == "ENCRYPTION_KEY");
    CHECK(plan.write[1].reason == Reason::replaced);
    CHECK(plan.write[2].reason == Reason::missing);
    CHECK(plan.write[3].name == "MYSQL_ROOT_PASSWORD");
    CHECK(plan.keep == std::vector<std::string>{"DB_PASSWORD", "REDIS_PASSWORD"});
}

TEST_CASE("the gate: proof of no data, or the operator's word where nothing is known") {
    const auto plan = secrets::plan_write(settings::parse_env("SECRET_KEY=CHANGE_ME\n"), {});
    const auto allowed = [&](DataPresence presence, bool word) {
        return secrets::may_write(plan, {presence, "seen"}, word, "logbookctl …").has_value();
    };
    CHECK(allowed(DataPresence::none, false));
    CHECK(allowed(DataPresence::none, true));
    CHECK_FALSE(allowed(DataPresence::unknown, false));
    CHECK(allowed(DataPresence::unknown, true));
    CHECK_FALSE(allowed(DataPresence::present, false));
    CHECK_FALSE(allowed(DataPresence::present, true));
    CHECK(secrets::may_write({}, {DataPresence::present, ""}, false, "").has_value());
}

TEST_CASE("a refusal names every secret, what would be lost, and the next step") {
    const auto plan = secrets::plan_write(settings::EnvFile{}, {});
    const Error error =
        secrets::may_write(plan, {DataPresence::unknown, "nobody answers"}, false, "THE COMMAND").error();
    CHECK(error.code == ErrorCode::declined);
    for (const secrets::SecretName& known : secrets::secret_names()) {
        CHECK(error.what.find(known.name) != std::string::npos);
        CHECK(error.what.find(known.at_stake) != std::string::npos);
    }
    CHECK(error.what.find("medical screenings") != std::string::npos);
    CHECK(error.what.find("nobody answers") != std::string::npos);
    CHECK(error.hint.find("THE COMMAND") != std::string::npos);
    const Error data = secrets::may_write(plan, {DataPresence::present, "rows"}, true, "THE COMMAND").error();
    CHECK(data.hint.find("THE COMMAND") == std::string::npos);
}

TEST_CASE("an edit changes the value and no other byte") {
    CHECK(edited("# a\nA=1\nK=old # note\nB=2\n", one("K", "new")) == "# a\nA=1\nK=new # note\nB=2\n");
    CHECK(edited("K=\"old\" # note\n", one("K", "new")) == "K=\"new\" # note\n");
    CHECK(edited("export K = 'old'\r\nA=1\r\n", one("K", "new")) == "export K = 'new'\r\nA=1\r\n");
    CHECK(edited("K=\nA=1", one("K", "new")) == "K=new\nA=1");
    CHECK(edited("K=   \t\nA=1", one("K", "new")) == "K=   \tnew\nA=1");
    CHECK(edited("K: old\n", one("K", "new")) == "K: new\n");
    CHECK(edited("K=a\nK=b\nK=c\n", one("K", "new")) == "K=a\nK=b\nK=new\n");
    CHECK(edited("\xEF\xBB\xBFK=a\n", one("K", "new")) == "\xEF\xBB\xBFK=new\n");
    CHECK(edited("K=${X:-CHANGE_ME}\nL=$K\n", one("K", "new")) == "K=new\nL=$K\n");
    CHECK(edited("K='one\ntwo'\nA=1\n", one("K", "new")) == "K='new'\nA=1\n");
}

TEST_CASE("a comment where the value should be stays, and becomes one") {
    CHECK(edited("K= # openssl rand -hex 32\nA=1\n", one("K", "new")) ==
          "K= new # openssl rand -hex 32\nA=1\n");
    CHECK(edited("K=#CHANGE_ME\n", one("K", "new")) == "K=new\n");
}

TEST_CASE("what is missing comes at the end, with the file's line end") {
    CHECK(edited("", one("K", "new")) == "K=new\n");
    CHECK(edited("A=1", one("K", "new")) == "A=1\nK=new\n");
    CHECK(edited("A=1\r\nB=2\r\n", one("K", "new")) == "A=1\r\nB=2\r\nK=new\r\n");
    CHECK(edited("K\nA=1\n", one("K", "new")) == "K\nA=1\nK=new\n");
    CHECK(edited("#K=old", one("K", "new")) == "#K=old\nK=new\n");
    CHECK(edited("A=1\n", {}) == "A=1\n");
}

TEST_CASE("several values at once") {
    CHECK(edited("A=1\nB='2'\nC=3\n",
                 {{"C", Secret("z")}, {"A", Secret("x")}, {"N", Secret("n")}, {"B", Secret("y")}}) ==
          "A=x\nB='y'\nC=z\nN=n\n");
}

TEST_CASE("a file that Compose refuses is not edited") {
    CHECK_FALSE(secrets::edit_env(Secret("A='1\n"), one("A", "2")).has_value());
}

TEST_CASE("storing keeps a backup, mode and link; a second writer and a foreign change are noticed") {
    const test::Scratch dir;
    dir.write("real.env", "A=1\n");
    ::chmod((dir / "real.env").c_str(), 0644);
    std::filesystem::create_symlink("real.env", dir / ".env");
    {
        auto store = secrets::EnvStore::open(dir / ".env", {}, Deadline::in(1s));
        REQUIRE(store.has_value());
        CHECK(store->before().existed);
        const auto second = secrets::EnvStore::open(dir / "real.env", {}, Deadline::in(50ms));
        REQUIRE_FALSE(second.has_value());
        CHECK(second.error().code == ErrorCode::conflict);

        const auto stored = store->store(Secret("A=2\n"), FixedClock());
        REQUIRE(stored.has_value());
        CHECK(stored->backup.filename() == "real.env.backup-20261122T041209Z");
        CHECK(dir.read("real.env.backup-20261122T041209Z") == "A=1\n");
        CHECK(host::file_facts(stored->backup)->mode == 0600);
        CHECK(host::file_facts(dir / "real.env")->mode == 0600);
        CHECK(dir.read("real.env") == "A=2\n");
        CHECK(std::filesystem::is_symlink(dir / ".env"));
    }
    auto store = secrets::EnvStore::open(dir / ".env", {}, Deadline::in(1s));
    REQUIRE(store.has_value());
    dir.write("real.env", "A=somebody else\n");
    const auto refused = store->store(Secret("A=3\n"), FixedClock());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(dir.read("real.env") == "A=somebody else\n");
}

TEST_CASE("two backups in one second have two names") {
    const test::Scratch dir;
    dir.write(".env", "A=1\n");
    for (const char* next : {"A=2\n", "A=3\n", "A=4\n"}) {
        auto store = secrets::EnvStore::open(dir / ".env", {}, Deadline::in(1s));
        CHECK(store->store(Secret(next), FixedClock()).has_value());
    }
    CHECK(dir.names() == std::vector<std::string>{".env", ".env.backup-20261122T041209Z",
                                                  ".env.backup-20261122T041209Z-2",
                                                  ".env.backup-20261122T041209Z-3", ".env.lock"});
}

TEST_CASE("a file that appears meanwhile is not overwritten, and a new one needs its folder") {
    const test::Scratch dir;
    auto store = secrets::EnvStore::open(dir / ".env", {}, Deadline::in(1s));
    REQUIRE(store.has_value());
    CHECK_FALSE(store->before().existed);
    dir.write(".env", "SECRET_KEY=live\n");
    CHECK_FALSE(store->store(Secret("A=1\n"), FixedClock()).has_value());
    CHECK(dir.read(".env") == "SECRET_KEY=live\n");
    CHECK(secrets::EnvStore::open((dir / "no") / ".env", {}, Deadline::in(1s)).error().code ==
          ErrorCode::not_found);
    CHECK_FALSE(std::filesystem::exists(dir / "no"));
}
