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

bool is_applied(const revision::RevisionMap& code, const ChainStanding& standing,
                const std::string& revision) {
    const auto known = code.find(revision);
    return known && code.reach(standing.current, &revision::ancestors_first_of)[*known];
}

bool concerns_this(const UpgradeFacts& facts) {
    return facts.journal && facts.journal->database == facts.database;
}

Found by_journal(const UpgradeFacts& facts) {
    if (facts.repaired || !concerns_this(facts) || !unfinished_by(*facts.journal, facts.code, facts.standing))
        return {};
    // Rows alone are one transaction: they were put back when its connection ended.
    if (facts.changes && facts.changes->empty()) return {};
    GateRefusal refusal{Gate::half_done, told_by_journal(facts), {}};
    if (facts.changes)
        for (const SchemaChange& change : *facts.changes) refusal.there.push_back(words_of(change));
    refusal.next.emplace_back(
        "undo what the unfinished revision did, by hand, or restore the backup; never stamp");
    refusal.next.push_back(
        facts.changes ? "then the same again; where it is finished by hand instead, with --repaired "
                        "--confirm=" +
                            shell_quoted(facts.database)
                      : "then the same again with --repaired --confirm=" + shell_quoted(facts.database));
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

std::optional<revision::RevisionIndex> unfinished_by(const UpgradeJournal& journal,
                                                     const revision::RevisionMap& code,
                                                     const ChainStanding& standing) {
    if (is_applied(code, standing, journal.target)) return std::nullopt;
    const auto running = code.find(journal.running);
    if (running && !is_applied(code, standing, journal.running)) return running;
    // It went on unseen, beyond what was written down, or was ended before anything was.
    if (standing.pending.empty()) return std::nullopt;
    return standing.pending.front();
}

std::vector<SchemaChange> left_by(const UpgradeJournal& journal, const std::string& revision,
                                  const std::vector<SchemaChange>& changes,
                                  const std::optional<std::string>& source) {
    std::vector<SchemaChange> left =
        journal.since != revision && source ? named_in(changes, *source) : changes;
    if (journal.left && journal.running == revision)
        left.erase(std::remove_if(left.begin(), left.end(),
                                  [&](const SchemaChange& change) {
                                      return std::find(journal.left->begin(), journal.left->end(),
                                                       words_of(change)) == journal.left->end();
                                  }),
                   left.end());
    return left;
}

std::string told_by_journal(const UpgradeFacts& facts) {
    if (!concerns_this(facts)) return {};
    const UpgradeJournal& journal = *facts.journal;
    const std::string when = iso8601(journal.begun);
    if (is_applied(facts.code, facts.standing, journal.target))
        return fmt::format("the upgrade of {} to {} was cut off here, and Alembic finished it", when,
                           named(journal.target));
    const auto unfinished = unfinished_by(journal, facts.code, facts.standing);
    if (!unfinished) return {};
    const std::string revision = named(facts.code[*unfinished].file.revision);
    const std::string end =
        journal.said.empty() ? "was cut off" : "failed (" + printable(journal.said, 300) + ")";
    const std::string where =
        facts.code[*unfinished].file.revision == journal.running
            ? fmt::format("in {}, which is not recorded as done", revision)
        : journal.running.empty()
            ? fmt::format("before {} was seen to begin", revision)
            : fmt::format("after {} was done; {} may have begun unseen", named(journal.running), revision);
    const std::string told = fmt::format("the upgrade of {} {} {}", when, end, where);
    if (!facts.changes) return told + ": what of it is there cannot be told";
    return told +
           (facts.changes->empty() ? ": nothing of it is left in the schema" : ": this of it is there");
}

}  // namespace logbook::migration
