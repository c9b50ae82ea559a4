// The server can throw old versions of rows away.
#include "logbook/doctor/checks/checks.h"

#include <fmt/format.h>

namespace logbook::doctor {
namespace {

constexpr int64_t many = 1'000'000;

Finding run(const Scene& scene) {
    const DatabaseWork& work = scene.database_work();
    if (work.failure) return undetermined("the server's counters could not be read: " + work.failure->what);
    if (!work.history) return undetermined("the server does not tell");
    const std::string seen = fmt::format("history list length {}", *work.history);
    if (*work.history < many) return passed(seen);
    std::vector<std::string> all = {seen};
    const instrument::Process* oldest = nullptr;
    for (const instrument::Process& process : work.locks.list.processes)
        if (process.transaction && (!oldest || process.transaction->age > oldest->transaction->age))
            oldest = &process;
    if (oldest)
        all.push_back(fmt::format("the oldest transaction, open for {}: {}",
                                  human_duration(oldest->transaction->age),
                                  shown_process(work.locks, oldest->id)));
    return warned(
        "The server keeps a million old versions of rows, and everything that reads them gets slower",
        std::move(all));
}

}  // namespace

Check check_db_history() {
    return {"db.history", "old versions of rows are thrown away", {"db.greets"}, {}, &run};
}

}  // namespace logbook::doctor
