// No connection sleeps in the middle of a transaction that holds something.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr Millis too_long{60'000};

Finding run(const Scene& scene) {
    const DatabaseWork& work = scene.database_work();
    if (work.failure) return undetermined("the connections could not be listed: " + work.failure->what);
    std::vector<std::string> seen;
    for (const instrument::Process& process : work.locks.list.processes) {
        if (process.kind != instrument::ProcessKind::client || !process.idle() || !process.transaction)
            continue;
        const instrument::Transaction& transaction = *process.transaction;
        const bool holds = transaction.rows_locked > 0 || transaction.rows_changed > 0;
        if (!holds || process.time < too_long) continue;
        seen.push_back(fmt::format("{}; {} rows locked, {} changed", shown_process(work.locks, process.id),
                                   transaction.rows_locked, transaction.rows_changed));
    }
    if (seen.empty()) return passed();
    return warned("A connection sleeps in the middle of its transaction, and keeps its locks",
                  std::move(seen));
}

}  // namespace

Check check_db_idle_transaction() {
    return {"db.idle_transaction", "no transaction sleeps on its locks", {"db.greets"}, {}, &run};
}

}  // namespace logbook::doctor
