// Conditions, orders and groups.
#include "logbook/instrument/process_filter.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "logbook/base/text.h"

namespace logbook::instrument {
namespace {

bool fits_one(const std::vector<std::string>& patterns, std::string_view text) {
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(),
                                           [&](const std::string& pattern) { return fits(pattern, text); });
}

bool from_client(const ProcessFilter& filter, const Process& process) {
    if (fits_one(filter.clients, process.address)) return true;
    return filter.client_name && fits_one(filter.clients, filter.client_name(process));
}

Millis age_of(const Process& process) {
    return process.transaction ? process.transaction->age : Millis(-1);
}

// Smaller is more worth a look.
int rank_of(const Process& process) {
    if (!process.idle()) return 0;
    return process.transaction ? 1 : 2;
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
    const std::string small_pattern = lower(pattern), small_text = lower(text);
    size_t p = 0, t = 0, star = std::string::npos, resume = 0;
    while (t < small_text.size()) {
        if (p < small_pattern.size() && small_pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < small_pattern.size() && small_pattern[p] == small_text[t]) {
            ++p;
            ++t;
        } else if (star != std::string::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    while (p < small_pattern.size() && small_pattern[p] == '*') ++p;
    return p == small_pattern.size();
}

bool wanted(const ProcessFilter& filter, const Process& process) {
    if (!filter.server_threads && process.kind != ProcessKind::client) return false;
    if (!fits_one(filter.users, process.user) || !from_client(filter, process) ||
        !fits_one(filter.databases, process.database) || !fits_one(filter.commands, process.command) ||
        !fits_one(filter.states, process.state))
        return false;
    if (filter.busy && (process.idle() || process.time < *filter.busy)) return false;
    if (filter.idle && (!process.idle() || process.time < *filter.idle)) return false;
    if (filter.in_transaction && !process.transaction) return false;
    return !filter.statement || (process.statement && filter.statement(*process.statement));
}

void sort_processes(std::vector<Process>& processes, ProcessOrder order) {
    std::stable_sort(processes.begin(), processes.end(), [order](const Process& a, const Process& b) {
        switch (order) {
        case ProcessOrder::work:
            if (rank_of(a) != rank_of(b)) return rank_of(a) < rank_of(b);
            if (rank_of(a) == 1) return age_of(a) > age_of(b);
            return a.time > b.time;
        case ProcessOrder::time:
            return a.time > b.time;
        case ProcessOrder::transaction:
            return age_of(a) > age_of(b);
        case ProcessOrder::rows:
            return a.rows_examined.value_or(0) > b.rows_examined.value_or(0);
        case ProcessOrder::user:
            return std::tie(a.user, a.address) < std::tie(b.user, b.address);
        case ProcessOrder::id:
            return a.id < b.id;
        }
        return false;
    });
}

std::vector<ProcessGroup> group_processes(const std::vector<Process>& processes,
                                          const std::function<std::string(const Process&)>& key_of) {
    std::map<std::string, ProcessGroup> found;
    for (const Process& process : processes) {
        const std::string key = key_of(process);
        ProcessGroup& group = found[key];
        group.key = key;
        ++group.count;
        if (!process.idle()) {
            ++group.busy;
            group.longest = std::max(group.longest, process.time);
        }
        group.rows_examined += process.rows_examined.value_or(0);
    }
    std::vector<ProcessGroup> groups;
    for (auto& [key, group] : found) groups.push_back(std::move(group));
    std::stable_sort(groups.begin(), groups.end(),
                     [](const ProcessGroup& a, const ProcessGroup& b) { return a.count > b.count; });
    return groups;
}

}  // namespace logbook::instrument
