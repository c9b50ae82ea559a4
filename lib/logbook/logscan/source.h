// The seam through which logs come in: files, standard input, the engine. One source is one service's log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logbook/base/deadline.h"
#include "logbook/base/result.h"
#include "logbook/logscan/pattern_set.h"
#include "logbook/logscan/record.h"

namespace logbook::logscan {

// What the reader is looking for. A source may leave out records that cannot be wanted, and need not.
struct Interest {
    // Made for ScanUnit::block of safe fragments: a record that none of them stands in, in any JSON spelling,
    // is not wanted. nullopt: every record is.
    std::optional<PatternSet> fragments;
    std::optional<WallTime> since, until;  // hints for a source that can skip by time
    std::optional<size_t> last;            // only so many records at the end are wanted, whatever they say
};

struct SourceStats {
    uint64_t bytes = 0;  // read, unpacked
    uint64_t lines = 0;
    uint64_t damaged_lines = 0;   // of a json-file, not in its format; handed on as they stand
    uint64_t cut_bytes = 0;       // dropped from lines or records that are too long
    std::vector<Error> problems;  // that ended the reading early: what was handed on before is good
};

// Not thread-safe. Memory is bounded, whatever stands in the log.
class LOGBOOK_EXPORT Source {
  public:
    virtual ~Source() = default;

    virtual const std::string& service() const = 0;

    // Appends the next records, in the order in which they began. Returns false when no more come (of a
    // source that is followed: when none came until the deadline). What stops a source in its middle is told
    // in stats().
    virtual Result<bool> read(std::vector<Record>& out, Deadline deadline) = 0;

    virtual const SourceStats& stats() const = 0;
};

}  // namespace logbook::logscan
