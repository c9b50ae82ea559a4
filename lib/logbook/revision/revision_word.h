// The words that count: "head-2", "branch@+3", "-1". Their spelling only; what they mean, a chain tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace logbook::revision {

// "branch@symbol+3", "symbol-1", "+2": each part but the number may be absent.
struct Relative {
    std::optional<std::string> branch, symbol;
    long steps = 0;
    std::string number;  // as written
};

// As Alembic finds it: at the beginning of the text, whatever stands behind.
std::optional<Relative> relative_in(std::string_view text);

// A negative whole number, as Python reads one: "-2", " -1_0 ".
std::optional<long> negative_number(std::string_view text);

}  // namespace logbook::revision
