// Merging: the queue whose first record is the earliest gives the next.
#include "logbook/logscan/merge.h"

#include <algorithm>

namespace logbook::logscan {

Merge::Merge(std::vector<std::unique_ptr<Source>> sources)
    : sources_(std::move(sources)), queues_(sources_.size()) {}

Result<bool> Merge::next(Record& out, Deadline deadline) {
    Queue* first = nullptr;
    WallTime first_time{};
    for (size_t i = 0; i < queues_.size(); ++i) {
        Queue& queue = queues_[i];
        while (queue.at == queue.records.size() && !queue.ended) {
            if (deadline.passed())
                return fail(ErrorCode::timeout, "the deadline passed while the log was read",
                            "give it more time: --timeout 5m, or less to read: --since 1h");
            queue.records.clear();
            queue.at = 0;
            const auto more = sources_[i]->read(queue.records, deadline);
            if (!more) return fail(more.error());
            queue.ended = !*more;
        }
        if (queue.at == queue.records.size()) continue;
        const WallTime time = std::max(queue.records[queue.at].time.value_or(queue.reached), queue.reached);
        if (first && time >= first_time) continue;
        first = &queue;
        first_time = time;
    }
    if (!first) return false;
    first->reached = first_time;
    out = std::move(first->records[first->at++]);
    return true;
}

SourceStats Merge::stats() const {
    SourceStats all;
    for (const auto& source : sources_) {
        const SourceStats& one = source->stats();
        all.bytes += one.bytes;
        all.lines += one.lines;
        all.damaged_lines += one.damaged_lines;
        all.cut_bytes += one.cut_bytes;
        all.problems.insert(all.problems.end(), one.problems.begin(), one.problems.end());
    }
    return all;
}

}  // namespace logbook::logscan
