// One line of a log file as it stands on the disk: plain text, or the engine's json-file
// (`{"log":"…\n","stream":"stderr","time":"…"}`).
#pragma once

#include <memory>
#include <string_view>

#include "logbook/logscan/line_head.h"
#include "logbook/logscan/record.h"

namespace logbook::logsource {

enum class RawFormat { text, json_file };

// By the first bytes of a log; 64 are enough.
RawFormat format_of(std::string_view first_bytes);

// The engine splits lines into pieces of this many bytes; only the last one ends in a line feed.
constexpr size_t engine_piece = 16 << 10;

// What grouping needs of a line, without unwrapping it.
struct RawLine {
    logscan::LineKind kind = logscan::LineKind::plain;
    logscan::StreamName stream = logscan::StreamName::none;
    bool ends = true;
};

// Reads raw lines of one format, given without their line feed. Not thread-safe.
class RawReader {
  public:
    explicit RawReader(RawFormat format);
    ~RawReader();
    RawReader(const RawReader&) = delete;
    RawReader& operator=(const RawReader&) = delete;

    RawFormat format() const { return format_; }
    RawLine peek(std::string_view raw);
    // The text lives until the next call. A line that is not in the format is handed on as it stands.
    logscan::Line unwrap(std::string_view raw);
    uint64_t damaged() const { return damaged_; }

  private:
    struct Json;
    RawFormat format_;
    std::unique_ptr<Json> json_;
    uint64_t damaged_ = 0;
};

}  // namespace logbook::logsource
