// Several logs as one, by time.
#pragma once

#include <memory>
#include <vector>

#include "logbook/logscan/source.h"

namespace logbook::logscan {

// Each source keeps its own order; between sources the earlier record comes first, and among equals that of
// the source named first. A record without a time stays behind the one before it. Holds one batch of each
// source. Not thread-safe.
class LOGBOOK_EXPORT Merge {
  public:
    explicit Merge(std::vector<std::unique_ptr<Source>> sources);

    // Moves the next record into `out`; false when every source has ended.
    Result<bool> next(Record& out, Deadline deadline);

    const std::vector<std::unique_ptr<Source>>& sources() const { return sources_; }
    SourceStats stats() const;  // of all together

  private:
    struct Queue {
        std::vector<Record> records;
        size_t at = 0;
        bool ended = false;
        WallTime reached{};  // the latest time seen: an older one, or none, does not go back behind it
    };
    std::vector<std::unique_ptr<Source>> sources_;
    std::vector<Queue> queues_;
};

}  // namespace logbook::logscan
