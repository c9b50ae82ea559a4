// Alembic on this machine (a stand-in of its name), and how one that runs already is known.
#include "logbook/migration/alembic_run.h"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "logbook/base/text.h"
#include "logbook/migration/alembic_at_work.h"
#include "unit/scratch.h"
#include "unit/unasked_engine.h"

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

namespace {

// Containers that were made for Alembic, each with its processes; an engine whose machine may have no `ps`.
class BusyEngine final : public UnaskedEngine {
  public:
    std::vector<docker::Container> made;
    std::map<std::string, std::string> commands;  // of each container's only process
    bool has_ps = true;
    mutable std::vector<std::string> removed;

    Result<std::vector<docker::Container>> list_containers(const docker::ContainerFilter& filter,
                                                           Deadline) const override {
        CHECK(filter.labels == std::vector<std::string>{std::string(made_for_alembic)});
        return made;
    }
    Result<std::vector<docker::Process>> processes(const std::string& id, Deadline) const override {
        if (!has_ps) return fail(ErrorCode::io, "exec: \"ps\": executable file not found in $PATH");
        if (commands.count(id) == 0) return fail(ErrorCode::conflict, "it is not running");
        return std::vector<docker::Process>{{1, commands.at(id)}};
    }
    Result<docker::ExecResult> exec(const std::string& id, const docker::ExecRequest&,
                                    Deadline) const override {
        return docker::ExecResult{0, "sh -c for p in\n" + commands.at(id) + "\n", {}};
    }
    Status remove(const std::string& id, bool, Deadline) const override {
        removed.push_back(id);
        return {};
    }
};

docker::Container running(const std::string& id, const std::string& project, const std::string& owner = {}) {
    docker::Container container;
    container.id = container.name = id;
    container.state = docker::ContainerState::running;
    container.compose.project = project;
    if (!owner.empty())
        container.labels = {{std::string(made_for_alembic), owner}, {std::string(made_for_project), project}};
    return container;
}

}  // namespace

TEST_CASE("Alembic at work is found in the project's containers, with or without the machine's ps") {
    BusyEngine engine;
    const docker::Container backend = running("backend", "station"), gone = running("gone", "station");
    engine.made = {running("own", "station", "x/1/1"), running("foreign", "other", "x/1/1")};
    engine.commands = {{"backend", "uvicorn main:app"},
                       {"own", "python3 /usr/bin/alembic upgrade head"},
                       {"foreign", "python3 /usr/bin/alembic upgrade head"},
                       {"gone", "sleep 1"}};
    for (const bool has_ps : {true, false}) {
        engine.has_ps = has_ps;
        const auto found = find_alembic_at_work(engine, {&backend}, Deadline::in(5s));
        REQUIRE(found);
        REQUIRE(found->size() == 1);
        CHECK(found->front().container == "own");
        CHECK(found->front().made_for_it);
    }
    engine.has_ps = true;
    engine.commands.erase("gone");  // it ended since it was listed
    CHECK(find_alembic_at_work(engine, {&backend, &gone}, Deadline::in(5s)));
}

TEST_CASE("what a killed run left is removed once nothing is at work in it") {
    BusyEngine engine;
    const std::string ours = owner_of_this_process();
    const std::string ended = ours.substr(0, ours.rfind('/') + 1) + "1";
    engine.made = {running("mine", "station", ours), running("idle", "station", ended),
                   running("busy", "station", ended), running("far", "station", "another-boot/pid:[1]/1/1")};
    engine.commands = {
        {"mine", "sleep"}, {"idle", "sleep"}, {"busy", "alembic upgrade head"}, {"far", "sleep"}};
    remove_idle_alembic_containers(engine, Deadline::in(5s));
    CHECK(engine.removed == std::vector<std::string>{"idle"});
}
