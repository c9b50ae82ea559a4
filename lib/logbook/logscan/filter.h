// Which records are wanted: by time, level, request, and patterns that any of their lines may hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/logscan/pattern_set.h"
#include "logbook/logscan/record.h"
#include "logbook/logscan/source.h"

namespace logbook::logscan {

// "2026-11-22T08:00:00+01:00" (without an offset: UTC), or how long ago: "10m", "2h", "3d".
LOGBOOK_EXPORT Result<WallTime> parse_when(std::string_view text, WallTime now);

struct FilterOptions {
    std::optional<WallTime> since, until;  // both inclusive
    std::optional<Level> level;            // this one and graver ones
    std::vector<std::string> patterns;     // one of them must stand in a line; none: any record
    bool regex = false;                    // else fixed texts
    bool ignore_case = false;              // ASCII
    bool invert = false;                   // of the patterns only
    std::string request_id;                // empty: any
};

// Not thread-safe; move-only.
class LOGBOOK_EXPORT Filter {
  public:
    // Fails with `invalid` on a pattern that cannot be compiled, naming the place in it, and on one with a
    // line feed.
    static Result<Filter> make(FilterOptions options);

    bool wants(const Record& record);

    // What a source may go by; asked before `wants` is called for its records.
    const Interest& interest() const { return interest_; }

    // Records that --since or --until left out because neither they nor any before them tell a time.
    uint64_t timeless() const { return timeless_; }

  private:
    Filter(FilterOptions options, PatternScanner scanner)
        : options_(std::move(options)), scanner_(std::move(scanner)) {}
    bool in_line(std::string_view line);
    bool matches(const Record& record);
    bool of_request(const Record& record) const;

    FilterOptions options_;
    PatternScanner scanner_;
    Interest interest_;
    uint64_t timeless_ = 0;
};

}  // namespace logbook::logscan
