// Nobody waits long for what another connection holds.
#include "logbook/doctor/checks/checks.h"

#include <algorithm>
#include <fmt/format.h>

#include "logbook/base/text.h"

namespace logbook::doctor {
namespace {

using instrument::BlameNode;
using instrument::Remedy;

constexpr Millis too_long{5'000};

// Everything that waits beneath, with its own waiters.
size_t count_below(const BlameNode& node) {
    size_t count = node.waiters.size();
    for (const BlameNode& waiter : node.waiters) count += count_below(waiter);
    return count;
}

Millis longest_below(const BlameNode& node) {
    Millis longest{0};
    for (const BlameNode& waiter : node.waiters)
        longest = std::max({longest, waiter.wait ? waiter.wait->waited : Millis(0), longest_below(waiter)});
    return longest;
}

std::string object_of(const BlameNode& node) {
    for (const BlameNode& waiter : node.waiters)
        if (waiter.wait && !waiter.wait->object.empty()) return waiter.wait->object;
    return {};
}

std::vector<runbook::Step> steps_for(const DatabaseWork& work, uint64_t blocker) {
    std::vector<runbook::Step> steps = {{"See the whole tree of waits", "{logbookctl} mysql locks", {}}};
    switch (instrument::remedy_for(work.locks, blocker)) {
    case Remedy::kill_connection:
        steps.push_back({"End it; its transaction is rolled back, so its owner must know",
                         fmt::format("{{logbookctl}} mysql kill {0} --confirm={0}", blocker),
                         runbook::Risk::restart});
        break;
    case Remedy::kill_statement:
        steps.push_back({"Let it end, or end its statement; what that has changed so far is rolled back",
                         fmt::format("{{logbookctl}} mysql kill {0} --confirm={0}", blocker),
                         runbook::Risk::restart});
        break;
    case Remedy::wait_migration:
        steps.push_back({"A migration is running: wait for its end, and kill nothing", "", {}});
        break;
    case Remedy::wait_server:
        steps.push_back({"It is a thread of the server itself: wait, and see what it works for", "", {}});
        break;
    case Remedy::end_prepared:
        steps.push_back(
            {"XA RECOVER lists it; its owner must say whether it is to be committed or rolled back", "",
             runbook::Risk::data});
        break;
    case Remedy::wait_solving:
        steps.push_back({"The server is undoing a transaction: wait for its end", "", {}});
        break;
    }
    return steps;
}

Finding run(const Scene& scene) {
    const DatabaseWork& work = scene.database_work();
    if (work.failure) return undetermined("the connections could not be listed: " + work.failure->what);
    std::vector<std::string> seen;
    const BlameNode* worst = nullptr;
    for (const BlameNode& root : work.blame.roots) {
        const Millis longest = longest_below(root);
        if (longest < too_long) continue;
        if (!worst) worst = &root;
        seen.push_back(fmt::format("{} → {} waiting, the longest for {}", shown_process(work.locks, root.id),
                                   count_below(root), human_duration(longest)));
    }
    if (worst) {
        const std::string object = object_of(*worst);
        const size_t waiting = count_below(*worst);
        Finding finding = failed(
            fmt::format("{} holds up {}{}",
                        worst->id == 0 ? std::string("A prepared transaction without a connection")
                                       : fmt::format("Connection {}", worst->id),
                        waiting == 1 ? "another one" : fmt::format("{} others", waiting),
                        object.empty() ? std::string() : fmt::format(" on {}", printable(object, 120))),
            std::move(seen));
        finding.fix = steps_for(work, worst->id);
        return finding;
    }
    for (const uint64_t id : work.blame.unexplained)
        if (const instrument::Process* process = work.locks.list.find(id);
            process && process->time >= too_long)
            seen.push_back(shown_process(work.locks, id));
    if (!seen.empty())
        return failed("Connections wait for a lock, and the server does not tell whose", std::move(seen));
    return passed(work.blame.waiters == 0 ? ""
                                          : fmt::format("{} waiting, none for long", work.blame.waiters));
}

}  // namespace

Check check_db_lock_wait() {
    return {"db.lock_wait",
            "nobody waits long for another connection's lock",
            {"db.greets"},
            {"db.idle_transaction", "db.slow_query", "db.connections", "backend.answers", "backend.health",
             "backend.database", "frontend.proxy"},
            &run};
}

}  // namespace logbook::doctor
