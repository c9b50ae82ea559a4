// Refusals first; then one statement, and looking after it.
#include "logbook/instrument/kill.h"

#include <fmt/format.h>

#include "logbook/base/text.h"
#include "logbook/instrument/server.h"
#include "logbook/instrument/sql_fingerprint.h"

namespace logbook::instrument {
namespace {

constexpr int unknown_thread = 1094;
constexpr Millis look_every{100};
constexpr Millis longest_look{5000};

bool same_connection(const Process& a, const Process& b) {
    return a.id == b.id && a.user == b.user && a.address == b.address && a.port == b.port;
}

bool changes_definitions(const Process& process) {
    if (!process.statement) return false;
    const std::string text = lower(sql_fingerprint(*process.statement));
    for (const std::string_view verb : {"alter ", "create ", "drop ", "rename ", "truncate ", "optimize "})
        if (text.compare(0, verb.size(), verb) == 0) return true;
    return false;
}

// How it stands with the victim; nothing while it has not ended.
std::optional<KillOutcome> outcome_in(const ProcessList& list, const Process& shown, KillScope scope) {
    const Process* now = list.find(shown.id);
    if (!now || !same_connection(*now, shown)) return KillOutcome::ended;
    if (scope == KillScope::statement && (now->idle() || now->statement != shown.statement))
        return KillOutcome::ended;
    return std::nullopt;
}

}  // namespace

Result<KillScene> read_kill_scene(net::SqlSession& session, Deadline deadline) {
    KillScene scene;
    auto list = read_process_list(session, deadline);
    if (!list) return fail(list.error());
    scene.list = std::move(*list);
    if (const auto holder = migration_lock_holder(session, deadline))
        scene.migration_lock_holder = *holder;
    else
        scene.holder_unknown = true;
    return scene;
}

std::optional<Error> refuse_kill(const KillScene& scene, uint64_t id, KillScope scope) {
    const Process* victim = scene.victim(id);
    if (!victim)
        return Error{ErrorCode::not_found,
                     scene.list.only_own
                         ? fmt::format("this login sees no connection {} (it sees only its own user's)", id)
                         : fmt::format("there is no connection {}", id),
                     "logbookctl mysql processlist"};
    switch (victim->kind) {
    case ProcessKind::self:
        return Error{ErrorCode::declined, fmt::format("{} is this very connection", id), {}};
    case ProcessKind::replication:
        return Error{ErrorCode::declined,
                     fmt::format("{} is the server's replication: ending it stops a replica", id),
                     {}};
    case ProcessKind::daemon:
        return Error{ErrorCode::declined, fmt::format("{} is a thread of the server itself", id), {}};
    case ProcessKind::client:
        break;
    }
    if (scene.holder_unknown)
        return Error{
            ErrorCode::declined,
            "the server does not tell who holds the migration lock; a migration that is cut stays half "
            "applied",
            "logbookctl migrate status"};
    if (scene.migration_lock_holder == id)
        return Error{
            ErrorCode::declined,
            fmt::format("{} holds the migration lock: a migration that is cut stays half applied", id),
            "let it end; logbookctl migrate status"};
    if (victim->command == "Killed")
        return Error{ErrorCode::conflict, fmt::format("{} is being ended already", id), {}};
    if (scope == KillScope::statement && victim->idle())
        return Error{
            ErrorCode::conflict, fmt::format("{} is idle: there is no statement to end", id),
            victim->transaction ? "without --query its connection is ended, and its transaction undone" : ""};
    return std::nullopt;
}

std::vector<std::string> costs_of_kill(const Process& victim, KillScope scope) {
    std::vector<std::string> costs;
    const uint64_t changed = victim.transaction ? victim.transaction->rows_changed : 0;
    if (scope == KillScope::connection) {
        costs.push_back(changed > 0
                            ? fmt::format("its open transaction is undone: what it changed in {} is not "
                                          "stored",
                                          counted(size_t(changed), "row"))
                            : "no stored row changes; its client sees a lost connection");
    } else {
        costs.emplace_back("its client sees an error for this statement; its transaction stays open");
    }
    if (changed >= 100'000)
        costs.emplace_back("undoing takes about as long as the changes took, and holds its locks");
    if (changes_definitions(victim))
        costs.emplace_back(
            "it changes a table's definition: if that is a migration, the rest of it does not come");
    return costs;
}

std::string_view name_of(KillOutcome outcome) {
    switch (outcome) {
    case KillOutcome::ended:
        return "ended";
    case KillOutcome::ended_by_itself:
        return "ended_by_itself";
    case KillOutcome::undoing:
        return "undoing";
    case KillOutcome::still_there:
        return "still_there";
    }
    return "?";
}

Result<KillOutcome> kill(net::SqlSession& session, const Process& shown, KillScope scope, const Clock& clock,
                         Deadline deadline) {
    const auto scene = read_kill_scene(session, deadline);
    if (!scene) return fail(scene.error());
    const Process* now = scene->victim(shown.id);
    if (!now) return KillOutcome::ended_by_itself;
    if (!same_connection(*now, shown))
        return fail(ErrorCode::declined, fmt::format("{} is another connection by now", shown.id),
                    "logbookctl mysql processlist");
    if (auto refused = refuse_kill(*scene, shown.id, scope)) return fail(std::move(*refused));

    const auto sent = session.query(
        fmt::format("KILL {} {}", scope == KillScope::statement ? "QUERY" : "CONNECTION", shown.id),
        deadline);
    if (!sent && net::server_errno(sent.error()) == unknown_thread) return KillOutcome::ended_by_itself;
    if (!sent) return fail(sent.error());

    const Deadline looking = deadline.at_most(std::min(longest_look, deadline.remaining() * 3 / 4));
    for (;;) {
        const auto list = read_process_list(session, deadline);
        if (!list) return fail(list.error());
        if (const auto outcome = outcome_in(*list, shown, scope)) return *outcome;
        if (looking.passed()) {
            const Process* left = list->find(shown.id);
            const bool undoing = left && left->transaction && left->transaction->state == "ROLLING BACK";
            return undoing ? KillOutcome::undoing : KillOutcome::still_there;
        }
        clock.sleep(look_every);
    }
}

}  // namespace logbook::instrument
