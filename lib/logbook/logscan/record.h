// A log record: what one call of a logger wrote, with the traceback that belongs to it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logbook/base/clock.h"

namespace logbook::logscan {

// The order is that of severity. Loguru's TRACE is debug, its SUCCESS is info.
enum class Level { none, debug, info, warning, error, critical };
LOGBOOK_EXPORT std::string_view name_of(Level level);  // "warning"; "" for none
// "warn", "WARNING", "Note": any spelling that our servers use; nullopt for other words.
LOGBOOK_EXPORT std::optional<Level> level_named(std::string_view word);

// Which of a container's streams a line came from. Files of plain text have none.
enum class StreamName { none, out, err };
LOGBOOK_EXPORT std::string_view name_of(StreamName stream);  // "stdout"

// What is kept of one record; the rest of a longer one is counted in Record::cut_bytes.
constexpr size_t longest_line = 256 << 10;
constexpr size_t longest_record = 1 << 20;

// Owns its bytes, which are untrusted: neither UTF-8 nor free of control bytes.
struct Record {
    std::optional<WallTime> time;  // the engine's where it gave one, else the record's own, taken as UTC
    bool time_inherited = false;   // it has none itself: that of the timed record before it
    std::string service;           // "backend", or the file's name
    StreamName stream = StreamName::none;
    Level level = Level::none;
    std::string text;        // its lines as a person reads them, without the last line feed
    size_t message_at = 0;   // where the message begins in `text`, behind time, level and place
    std::string raw;         // LOG_FORMAT=json: the line as it was written; else empty
    std::string request_id;  // "48a292f86dfe456a"; may be empty
    uint64_t cut_bytes = 0;

    LOGBOOK_EXPORT std::vector<std::string_view> lines() const;
    std::string_view message() const { return std::string_view(text).substr(message_at); }
};

// One line as a source hands it on, without its line feed.
struct Line {
    std::string_view text;  // valid during the call
    StreamName stream = StreamName::none;
    std::optional<WallTime> time;  // the engine's
    bool ends = true;              // false: the engine split it here, the next piece goes on with it
    uint64_t cut_bytes = 0;        // of this line that the source had to drop
};

// Fills level, message, request id and, unless it is set, time from the record's text; a line of
// LOG_FORMAT=json is made readable here. Pure.
LOGBOOK_EXPORT void interpret(Record& record);

}  // namespace logbook::logscan
