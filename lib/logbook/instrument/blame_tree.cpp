// Each waiter beneath one of its blockers.
#include "logbook/instrument/blame_tree.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace logbook::instrument {
namespace {

class Builder {
  public:
    explicit Builder(const std::vector<Wait>& waits) {
        for (const Wait& wait : waits) {
            waits_for_[wait.waiter].push_back(&wait);
            blocks_[wait.blocker].push_back(&wait);
        }
        for (auto& [id, list] : blocks_)
            std::stable_sort(list.begin(), list.end(), [](const Wait* a, const Wait* b) {
                return a->waited != b->waited ? a->waited > b->waited : a->waiter < b->waiter;
            });
    }

    std::vector<BlameNode> trees() {
        for (const auto& [waiter, list] : waits_for_) parent_[waiter] = choose_parent(list);
        std::vector<BlameNode> roots;
        for (const auto& [id, list] : blocks_)
            if (waits_for_.count(id) == 0) roots.push_back(grow(id, nullptr));
        // What is left waits in a circle; any of them may stand in front.
        for (const auto& [id, list] : blocks_)
            if (placed_.count(id) == 0) {
                roots.push_back(grow(id, nullptr));
                roots.back().circle = true;
            }
        std::stable_sort(roots.begin(), roots.end(),
                         [](const BlameNode& a, const BlameNode& b) { return size(a) > size(b); });
        return roots;
    }

  private:
    static size_t size(const BlameNode& node) {
        size_t all = node.waiters.size();
        for (const BlameNode& waiter : node.waiters) all += size(waiter);
        return all;
    }

    // A holder before one that only stands in front in the queue, and one that waits for nobody before one
    // that does.
    const Wait* choose_parent(const std::vector<const Wait*>& list) const {
        return *std::min_element(list.begin(), list.end(), [&](const Wait* a, const Wait* b) {
            const auto rank = [&](const Wait* wait) {
                return std::tuple(wait->queued, waits_for_.count(wait->blocker) > 0, wait->blocker);
            };
            return rank(a) < rank(b);
        });
    }

    BlameNode grow(uint64_t id, const Wait* above) {
        placed_.insert(id);
        BlameNode node;
        node.id = id;
        if (above) {
            node.wait = *above;
            std::set<uint64_t> others;
            for (const Wait* wait : waits_for_[id])
                if (wait->blocker != above->blocker) others.insert(wait->blocker);
            node.also_behind.assign(others.begin(), others.end());
        }
        const auto found = blocks_.find(id);
        if (found == blocks_.end()) return node;
        for (const Wait* wait : found->second)
            if (parent_[wait->waiter] == wait && placed_.count(wait->waiter) == 0)
                node.waiters.push_back(grow(wait->waiter, wait));
        return node;
    }

    std::map<uint64_t, std::vector<const Wait*>> waits_for_, blocks_;
    std::map<uint64_t, const Wait*> parent_;
    std::set<uint64_t> placed_;
};

}  // namespace

BlameTree blame(const LockReading& reading) {
    const std::vector<Wait> waits = waits_of(reading);
    BlameTree tree;
    tree.roots = Builder(waits).trees();
    std::set<uint64_t> waiting;
    for (const Wait& wait : waits) {
        waiting.insert(wait.waiter);
        tree.longest = std::max(tree.longest, wait.waited);
    }
    for (const Process& process : reading.list.processes) {
        const bool waits_for_rows = process.transaction && process.transaction->state == "LOCK WAIT";
        if ((waits_for_metadata(process) || waits_for_rows) && waiting.insert(process.id).second) {
            tree.unexplained.push_back(process.id);
            tree.longest = std::max(tree.longest, process.time);
        }
    }
    tree.waiters = waiting.size();
    return tree;
}

Remedy remedy_for(const LockReading& reading, uint64_t blocker) {
    if (reading.migration_lock_holder == blocker) return Remedy::wait_migration;
    const Process* process = reading.list.find(blocker);
    if (blocker == 0) return Remedy::end_prepared;
    if (!process) return Remedy::kill_connection;
    if (process->kind == ProcessKind::replication || process->kind == ProcessKind::daemon)
        return Remedy::wait_server;
    if (process->command == "Killed" ||
        (process->transaction && process->transaction->state == "ROLLING BACK"))
        return Remedy::wait_solving;
    return process->idle() ? Remedy::kill_connection : Remedy::kill_statement;
}

}  // namespace logbook::instrument
