// No statement has been at work for a minute.
#include "logbook/doctor/checks/checks.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

constexpr Millis too_long{60'000};

void add_waiters(const instrument::BlameNode& node, std::set<uint64_t>& ids) {
    for (const instrument::BlameNode& waiter : node.waiters) {
        ids.insert(waiter.id);
        add_waiters(waiter, ids);
    }
}

// A dump reads every row on purpose: mysqldump and mariadb-dump say so in their statements.
bool is_dump(const instrument::Process& process) {
    return process.statement && contains(*process.statement, "SQL_NO_CACHE");
}

Finding run(const Scene& scene) {
    const DatabaseWork& work = scene.database_work();
    if (work.failure) return undetermined("the connections could not be listed: " + work.failure->what);
    std::set<uint64_t> waiting(work.blame.unexplained.begin(), work.blame.unexplained.end());
    for (const instrument::BlameNode& root : work.blame.roots) add_waiters(root, waiting);
    std::vector<const instrument::Process*> slow;
    bool dumps = false, migrates = false;
    for (const instrument::Process& process : work.locks.list.processes) {
        const bool works = process.command == "Query" || process.command == "Execute";
        if (process.kind != instrument::ProcessKind::client || !works || process.time < too_long ||
            waiting.count(process.id) > 0)
            continue;
        if (is_dump(process))
            dumps = true;
        else if (work.locks.migration_lock_holder == process.id)
            migrates = true;
        else
            slow.push_back(&process);
    }
    if (slow.empty() && dumps) return noted("a backup has been reading the database for over a minute");
    if (slow.empty() && migrates) return noted("a migration has been at work for over a minute");
    if (slow.empty()) return passed();
    std::sort(slow.begin(), slow.end(), [](const auto* a, const auto* b) { return a->time > b->time; });
    std::vector<std::string> seen;
    for (const instrument::Process* process : slow) {
        seen.push_back(shown_process(work.locks, process->id));
        if (process->rows_examined)
            seen.back() += fmt::format(" ({} rows examined)", *process->rows_examined);
    }
    Finding finding =
        failed(fmt::format("A statement has been at work for {}", human_duration(slow.front()->time)),
               std::move(seen));
    finding.fix = {{"See what it is, and whose", "{logbookctl} mysql processlist --busy 60", {}},
                   {"If nobody needs its result, end it; what it has changed is rolled back",
                    fmt::format("{{logbookctl}} mysql kill {0} --confirm={0}", slow.front()->id),
                    runbook::Risk::restart}};
    return finding;
}

}  // namespace

Check check_db_slow_query() {
    return {"db.slow_query",
            "no statement has been at work for a minute",
            {"db.greets"},
            {"backend.answers", "backend.health", "backend.database"},
            &run};
}

}  // namespace logbook::doctor
