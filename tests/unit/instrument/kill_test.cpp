// Who may be ended, and what that costs.
#include "logbook/instrument/kill.h"

#include <doctest/doctest.h>

using namespace logbook;
using namespace logbook::instrument;

namespace {

KillScene scene_with(ProcessKind kind, const char* command = "Query") {
    KillScene scene;
    Process one;
    one.id = 7;
    one.kind = kind;
    one.command = command;
    scene.list.processes = {one};
    return scene;
}

ErrorCode refusal(const KillScene& scene, KillScope scope = KillScope::connection, uint64_t id = 7) {
    const auto error = refuse_kill(scene, id, scope);
    REQUIRE(error);
    CHECK_FALSE(error->what.empty());
    return error->code;
}

}  // namespace

TEST_CASE("a client may be ended, and nobody else") {
    CHECK_FALSE(refuse_kill(scene_with(ProcessKind::client), 7, KillScope::connection));
    CHECK(refusal(scene_with(ProcessKind::client), KillScope::connection, 8) == ErrorCode::not_found);
    CHECK(refusal(scene_with(ProcessKind::self)) == ErrorCode::declined);
    CHECK(refusal(scene_with(ProcessKind::replication)) == ErrorCode::declined);
    CHECK(refusal(scene_with(ProcessKind::daemon)) == ErrorCode::declined);
    CHECK(refusal(scene_with(ProcessKind::client, "Killed")) == ErrorCode::conflict);
}

TEST_CASE("the migration lock's holder is safe, and so is everybody while it is not known") {
    KillScene scene = scene_with(ProcessKind::client);
    scene.migration_lock_holder = 7;
    CHECK(refusal(scene) == ErrorCode::declined);
    CHECK(refusal(scene, KillScope::statement) == ErrorCode::declined);
    scene.migration_lock_holder = 8;
    CHECK_FALSE(refuse_kill(scene, 7, KillScope::connection));
    scene.migration_lock_holder.reset();
    scene.holder_unknown = true;
    CHECK(refusal(scene) == ErrorCode::declined);
}

TEST_CASE("an idle connection has no statement to end") {
    CHECK(refusal(scene_with(ProcessKind::client, "Sleep"), KillScope::statement) == ErrorCode::conflict);
    CHECK_FALSE(refuse_kill(scene_with(ProcessKind::client, "Sleep"), 7, KillScope::connection));
}

TEST_CASE("costs are said") {
    Process victim;
    CHECK(costs_of_kill(victim, KillScope::connection).size() == 1);
    victim.transaction = Transaction{Millis(5), "RUNNING", 200'000, 150'000, 1};
    victim.statement = "alter table users add column z int";
    const auto costs = costs_of_kill(victim, KillScope::connection);
    REQUIRE(costs.size() == 3);
    CHECK(costs[0].find("150000 rows") != std::string::npos);
    CHECK(costs[2].find("migration") != std::string::npos);
}
