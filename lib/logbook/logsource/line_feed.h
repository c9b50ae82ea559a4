// Bytes in, records out: for a reader that wants every record.
#pragma once

#include <memory>
#include <string>

#include "logbook/logscan/grouping.h"
#include "logbook/logscan/source.h"
#include "logbook/logsource/raw_line.h"

namespace logbook::logsource {

// What is kept of a line as it stands in the file.
constexpr size_t longest_raw_line = 1 << 20;

// Lines may be cut anywhere between two pushes. Not thread-safe.
class LineFeed {
  public:
    LineFeed(std::string service, logscan::SourceStats& stats)
        : grouper_(std::move(service)), stats_(stats) {}

    void push(std::string_view bytes);
    // The log has ended: the last line is complete without a line feed. A piece of JSON counts as damaged.
    void finish();
    // Nothing came for a while: records that are open are complete; a line that is not, is still waited for.
    void quiet() { grouper_.flush(); }
    // The file was replaced or emptied: what was begun in the old one is complete; the next may have another
    // format.
    void new_file();

    bool take(logscan::Record& out) { return grouper_.take(out); }
    bool waiting() const { return grouper_.anything_open(); }

  private:
    void line(std::string_view raw);

    logscan::Grouper grouper_;
    logscan::SourceStats& stats_;
    std::unique_ptr<RawReader> reader_;  // made by the first line
    std::string partial_;
    uint64_t dropped_ = 0;  // of the partial line
};

}  // namespace logbook::logsource
