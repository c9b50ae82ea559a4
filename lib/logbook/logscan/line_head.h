// How a line begins: whether it opens a record, and the time, level and message that its beginning tells.
// Knows the backend (text and JSON), uvicorn, Alembic, MySQL, MariaDB, Redis and nginx. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "logbook/logscan/record.h"

namespace logbook::logscan {

enum class LineKind {
    head,   // a logger's own beginning: always opens a record
    plain,  // goes on with a record that has a head, else is one of its own
    tail,   // goes on with whatever stands before it: indented, empty, `[SQL: …`
    trace,  // likewise, and begins a traceback or links two
};

// Only the first `kind_bytes` are looked at, so that a caller need not unescape more of a line.
constexpr size_t kind_bytes = 96;
LineKind kind_of(std::string_view line);

struct LineHead {
    std::optional<WallTime> time;  // without an offset it is taken as UTC
    Level level = Level::none;
    size_t message_at = 0;
};
// Of a line whose kind is `head`, and not JSON; for others nothing is found.
LineHead read_head(std::string_view line);

bool is_json_head(std::string_view line);

// RFC 3339 with up to nine decimals, a blank or T between, with an offset, Z or nothing (UTC). `used` is how
// many bytes it took.
std::optional<WallTime> read_timestamp(std::string_view text, size_t* used = nullptr);

}  // namespace logbook::logscan
