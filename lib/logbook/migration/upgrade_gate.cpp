// The judgement, the worst first.
#include "logbook/migration/upgrade_gate.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/bytes.h"
#include "logbook/base/text.h"
#include "logbook/revision/revision_lint.h"

namespace logbook::migration {
namespace {

using Found = std::optional<GateRefusal>;

constexpr uint64_t least_disk = uint64_t(64) << 20;

std::string named(const std::string& id) {
    return "`" + printable(id, 64) + "`";
}

Found by_standing(const UpgradeFacts& facts) {
    switch (facts.standing.standing) {
    case Standing::unread:
        return GateRefusal{Gate::unread,
                           "the database could not be read: " + facts.standing.why,
                           {facts.tables.unread && !facts.tables.unread->hint.empty()
                                ? facts.tables.unread->hint
                                : "logbookctl doctor"}};
    case Standing::wipe_trap:
        return GateRefusal{
            Gate::wipe_trap,
            facts.standing.why,
            {"do not start or restart the backend, and do not pull or edit its code", "logbookctl doctor",
             "logbookctl migrate record REVISION --backup DIR --confirm=" + shell_quoted(facts.database)}};
    case Standing::fresh:
        if (facts.native) return {};
        return GateRefusal{Gate::fresh,
                           facts.standing.why +
                               ": the chain alone would leave tables out that this start makes",
                           {"logbookctl restart backend"}};
    case Standing::unknown_revision:
        return GateRefusal{Gate::chain,
                           facts.standing.why,
                           {"logbookctl migrate status", "do not delete the row, and do not stamp"}};
    case Standing::several_rows:
        if (can_go_on_from(facts.code, facts.standing.current)) return {};
        return GateRefusal{Gate::chain,
                           facts.standing.why + "; one of them is an ancestor of another",
                           {"logbookctl migrate history --indicate-current"}};
    case Standing::several_heads:
        return GateRefusal{Gate::chain, facts.standing.why, {"logbookctl migrate branches"}};
    case Standing::too_long:
        return GateRefusal{Gate::chain, facts.standing.why, {"logbookctl migrate check"}};
    case Standing::at_head:
    case Standing::pending:
        return {};
    }
    return {};
}

// The lock would not keep a start away that waits for it: it gives up after 300 s, and begins again.
Found by_backend(const UpgradeFacts& facts) {
    const std::string name = printable(facts.backend_name, 80);
    if (facts.backend == BackendStands::starting) {
        const std::string phase = facts.backend_says.empty() ? "" : " (" + facts.backend_says + ")";
        return GateRefusal{
            Gate::starting,
            fmt::format("{} is in the middle of its start{}, which migrates by itself", name, phase),
            {"wait until it is ready: logbookctl health", "logbookctl migrate status"}};
    }
    if (facts.backend == BackendStands::restarting && facts.stays_up)
        return GateRefusal{
            Gate::restarting,
            name + " starts again and again, and would migrate meanwhile",
            {"the same with --stop-backend: it is stopped first, and started after a success"}};
    return {};
}

Found by_work(const UpgradeFacts& facts) {
    if (facts.at_work.empty()) return {};
    const AlembicAtWork& one = facts.at_work.front();
    return GateRefusal{Gate::at_work,
                       fmt::format("Alembic is at work inside {}: {}", printable(one.container, 80),
                                   printable(one.command, 200)),
                       {one.made_for_it ? "wait for it: it goes on although the run that started it was ended"
                                        : "wait for it, whoever started it",
                        "docker top " + shell_quoted(printable(one.container, 80)),
                        "logbookctl migrate status"}};
}

bool is_applied(const UpgradeFacts& facts, const std::string& revision) {
    const auto known = facts.code.find(revision);
    return known && facts.code.reach(facts.standing.current, &revision::ancestors_first_of)[*known];
}

bool concerns_this(const UpgradeFacts& facts) {
    return facts.journal && facts.journal->database == facts.database &&
           !is_applied(facts, facts.journal->target);
}

Found by_journal(const UpgradeFacts& facts) {
    if (facts.repaired || !concerns_this(facts) || facts.journal->running.empty()) return {};
    const bool changed = !facts.changes || !facts.changes->empty();
    // Rows alone are one transaction: they were put back when its connection ended.
    if (!changed) return {};
    GateRefusal refusal{Gate::half_done, told_by_journal(facts), {}};
    if (facts.changes)
        for (size_t i = 0; i < facts.changes->size() && i < 20; ++i)
            refusal.next.push_back("there: " + words_of((*facts.changes)[i]));
    refusal.next.emplace_back(
        "undo what the unfinished revision did, by hand, or restore the backup; never stamp");
    refusal.next.push_back("then the same again with --repaired --confirm=" + shell_quoted(facts.database));
    return refusal;
}

Found by_disk(const UpgradeFacts& facts) {
    if (!facts.disk_free || *facts.disk_free >= least_disk) return {};
    return GateRefusal{Gate::disk,
                       fmt::format("the database's disk has {} left", human_bytes(*facts.disk_free)),
                       {"make room: logbookctl doctor names what takes it"}};
}

Found by_backup(const UpgradeFacts& facts) {
    if (facts.has_backup || facts.no_backup || !may_hold_data(facts.tables)) return {};
    return GateRefusal{
        Gate::backup,
        fmt::format("`users` of {} has rows, and no backup was asked for", named(facts.database)),
        {"add --backup DIR (and --backup-within 24h, to accept a verified one that is there)",
         "or, without any: --no-backup --confirm=" + shell_quoted(facts.database)}};
}

}  // namespace

std::string_view name_of(Gate gate) {
    switch (gate) {
    case Gate::unread:
        return "unread";
    case Gate::chain:
        return "chain";
    case Gate::wipe_trap:
        return "wipe_trap";
    case Gate::fresh:
        return "fresh";
    case Gate::starting:
        return "starting";
    case Gate::restarting:
        return "restarting";
    case Gate::at_work:
        return "at_work";
    case Gate::lock:
        return "lock";
    case Gate::password:
        return "password";
    case Gate::half_done:
        return "half_done";
    case Gate::disk:
        return "disk";
    case Gate::place:
        return "place";
    case Gate::backup:
        return "backup";
    }
    return "chain";
}

bool can_go_on_from(const revision::RevisionMap& code, const std::vector<revision::RevisionIndex>& rows) {
    for (const auto one : rows)
        for (const auto other : rows)
            if (one != other && code.reach({one}, &revision::ancestors_first_of)[other]) return false;
    return true;
}

std::optional<GateRefusal> refuse_upgrade(const UpgradeFacts& facts) {
    if (Found found = by_standing(facts)) return found;
    if (Found found = by_backend(facts)) return found;
    if (Found found = by_work(facts)) return found;
    if (facts.percent_in_password && !facts.native)
        return GateRefusal{
            Gate::password,
            "DB_PASSWORD contains a `%`, which Alembic takes for the beginning of a reference: it "
            "would fail at once, and so does every start of the backend",
            {"give the database's user a password without it, then the same in .env"}};
    if (Found found = by_journal(facts)) return found;
    if (Found found = by_disk(facts)) return found;
    return by_backup(facts);
}

std::string told_by_journal(const UpgradeFacts& facts) {
    if (!facts.journal || facts.journal->database != facts.database) return {};
    const UpgradeJournal& journal = *facts.journal;
    const std::string when = iso8601(journal.begun);
    if (is_applied(facts, journal.target))
        return fmt::format("the upgrade of {} to {} was cut off here, and Alembic finished it", when,
                           named(journal.target));
    if (journal.running.empty())
        return fmt::format("the upgrade of {} was ended before its first revision", when);
    const std::string end =
        journal.said.empty() ? "was cut off" : "failed (" + printable(journal.said, 300) + ")";
    const std::string with = fmt::format("the upgrade of {} {} in {}", when, end, named(journal.running));
    if (is_applied(facts, journal.running))
        return fmt::format(
            "the upgrade of {} {} after {} was done; what follows may be half applied. Since {} began:", when,
            end, named(journal.running), named(journal.since));
    if (!facts.changes) return with + "; what of it is applied is not known";
    if (facts.changes->empty()) return with + ", of which nothing is left in the schema";
    return fmt::format("{}, which is not recorded as done. Since {} began:", with, named(journal.since));
}

}  // namespace logbook::migration
