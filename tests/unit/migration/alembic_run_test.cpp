// Alembic on this machine (a stand-in of its name), and how one that runs already is known.
#include "logbook/migration/alembic_run.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/migration/alembic_at_work.h"
#include "unit/scratch.h"

using namespace logbook;
using namespace logbook::migration;
using namespace std::chrono_literals;

namespace {

AlembicHere place(const test::Scratch& dir, const std::string& script) {
    const auto program = dir.path() / "alembic";
    std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    return {
        dir.path(), dir.path().string(), {{"PATH", Secret("/usr/bin:/bin")}, {"DB_NAME", Secret("station")}}};
}

}  // namespace

TEST_CASE("lines come whole, with their stream; the call's environment is before the place's") {
    const test::Scratch dir;
    const auto alembic = alembic_here(
        place(dir, R"(printf 'one\r\ntw'; sleep 0.1; echo o; echo "$1 $2 $DB_NAME"; echo err >&2; exit 3)"));
    REQUIRE(alembic);
    std::vector<std::string> out, err;
    AlembicCall call;
    call.arguments = {"upgrade", "head"};
    call.environment = {{"DB_NAME", Secret("scratch")}};
    call.line = [&](docker::Channel channel, std::string_view line) {
        (channel == docker::Channel::err ? err : out).emplace_back(line);
    };
    const auto end = (*alembic)->run(call, Deadline::in(20s));
    REQUIRE(end);
    CHECK(end->exit_code == 3);
    CHECK_FALSE(end->stopped);
    CHECK(out == std::vector<std::string>{"one", "two", "upgrade head scratch"});
    CHECK(err == std::vector<std::string>{"err"});
}

TEST_CASE("a stop is a Ctrl-C; the deadline is one too") {
    const test::Scratch dir;
    const auto alembic =
        alembic_here(place(dir, "trap 'echo rolled back; exit 1' INT; while :; do sleep 0.05; done"));
    REQUIRE(alembic);
    std::vector<std::string> out;
    AlembicCall call;
    call.line = [&](docker::Channel, std::string_view line) { out.emplace_back(line); };
    int asked = 0;
    call.stopped = [&] { return ++asked > 3; };
    auto end = (*alembic)->run(call, Deadline::in(20s));
    REQUIRE(end);
    CHECK(end->stopped);
    CHECK_FALSE(end->late);
    CHECK(end->exit_code == 1);
    CHECK(out == std::vector<std::string>{"rolled back"});
    call.stopped = nullptr;
    end = (*alembic)->run(call, Deadline::in(300ms));
    REQUIRE(end);
    CHECK(end->late);
    CHECK(end->exit_code == 1);
}

TEST_CASE("no Alembic is said so") {
    const test::Scratch dir;
    const auto none = alembic_here({dir.path(), dir.path().string(), {}});
    REQUIRE_FALSE(none);
    CHECK(none.error().code == ErrorCode::unsupported);
}

TEST_CASE("what changes a database is at work; what only reads is not") {
    for (const char* yes : {"/usr/bin/python3 /usr/bin/alembic upgrade head", "alembic -x a=b upgrade +1",
                            "python -m alembic downgrade -1", "/opt/venv/bin/alembic stamp head",
                            "sh -c echo logbookctl-alembic upgrade head"})
        CHECK_MESSAGE(is_alembic_at_work(yes), yes);
    for (const char* no :
         {"", "alembic", "alembic current", "/usr/bin/alembic history --verbose", "alembic upgrade a:b --sql",
          "vim alembic/versions/upgrade.py", "apt upgrade", "python3 tool.py upgrade alembic"})
        CHECK_MESSAGE(!is_alembic_at_work(no), no);
}

TEST_CASE("an owner that lives is not gone; one of another machine may live") {
    const std::string owner = owner_of_this_process();
    CHECK_FALSE(is_gone(owner));
    CHECK(is_gone(owner.substr(0, owner.rfind('/') + 1) + "1"));  // the number was given to another process
    CHECK_FALSE(is_gone("another-boot/pid:[1]/1/1"));
    for (const char* odd : {"", "/", "true"}) CHECK_FALSE(is_gone(odd));
    CHECK_FALSE(is_gone(owner + "/7"));
}
